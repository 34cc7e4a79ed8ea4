//! Sends a notification to one browser. What is sent twice is shown once: it has a tag.

use tend_core::{
    Result,
    jobs::Outcome,
    notifications::{self, NotificationId, Parcel, devices::DeviceId},
};
use tend_outside::push::{Pushed, Sender, Subscription};

use super::outcome;
use crate::works::Works;

/// So many tries, over about three minutes: later it is of no use.
const TRIES: i64 = 6;

pub(super) async fn run(works: &Works, notification: &str, device: &str, tried: i64) -> Outcome {
    let ids = (notification.parse::<NotificationId>(), device.parse::<DeviceId>());
    let (Ok(id), Ok(device)) = ids else {
        return Outcome::Hopeless("It names no notification and no device.".to_owned());
    };
    let keys = works.keys.clone();
    let parcel = match works.read(move |tx| notifications::parcel(tx, &keys, id, device)).await {
        Ok(Some(it)) => it,
        Ok(None) => return failed(works, id, device, "").await,
        Err(error) => return outcome(Err(error)),
    };
    let keys = works.keys.clone();
    match send(works, &parcel).await {
        Ok(Pushed::Sent) => done(works, move |tx| notifications::pushed(tx, id, device)).await,
        Ok(Pushed::Gone) => {
            done(works, move |tx| notifications::push_gone(tx, &keys, id, device)).await
        }
        Ok(Pushed::Later(status)) if tried + 1 < TRIES => Outcome::Failed(match status {
            Some(it) => format!("The push service answered {it}."),
            None => "The push service did not answer.".to_owned(),
        }),
        Ok(Pushed::Later(_)) => {
            failed(works, id, device, "The push service of this browser was not to be reached.")
                .await
        }
        Ok(Pushed::Refused(status)) => {
            let why = format!("The push service of this browser refused it ({status}).");
            failed(works, id, device, &why).await
        }
        Err(error) => failed(works, id, device, &error.to_string()).await,
    }
}

async fn send(works: &Works, it: &Parcel) -> tend_outside::Result<Pushed> {
    let sender = Sender::new(&it.key, &it.contact)?;
    let to = Subscription {
        endpoint: it.device.endpoint.clone(),
        p256dh: it.device.p256dh.clone(),
        auth: it.device.auth.clone(),
    };
    sender.send(works.outside.http(), &to, it.text.as_bytes(), it.now).await
}

async fn done(
    works: &Works,
    verb: impl Fn(&mut tend_store::Tx) -> Result<()> + Send + 'static,
) -> Outcome {
    outcome(works.write(verb).await)
}

async fn failed(works: &Works, id: NotificationId, device: DeviceId, why: &str) -> Outcome {
    let (keys, why) = (works.keys.clone(), why.to_owned());
    done(works, move |tx| notifications::push_failed(tx, &keys, id, device, &why)).await
}
