use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use tend_outside::{
    Error, Files,
    files::{BlockingFiles, S3Options},
};

fn files() -> (tempfile::TempDir, Files) {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::folder(&folder.path().join("files")).unwrap();
    (folder, files)
}

async fn read(files: &Files, place: &str, range: Option<std::ops::Range<u64>>) -> Vec<u8> {
    let opened = files.open(place, range).await.unwrap();
    let chunks: Vec<_> = opened.bytes.try_collect().await.unwrap();
    chunks.concat()
}

#[tokio::test]
async fn what_is_put_can_be_read() {
    let (_folder, files) = files();
    let stored = files.put("hello").await.unwrap();
    assert_eq!(stored.size, 5);
    assert_eq!(stored.sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assert!(stored.place.starts_with(&format!("2cf/{}-", stored.sha256)));
    assert_eq!(files.get(&stored.place).await.unwrap(), "hello");
    assert_eq!(read(&files, &stored.place, Some(1..3)).await, b"el");
    assert_eq!(read(&files, &stored.place, Some(3..900)).await, b"lo");
    assert_eq!(read(&files, &stored.place, Some(90..91)).await, b"");

    let again = files.put("hello").await.unwrap();
    assert_ne!(again.place, stored.place);
    assert_eq!(files.list().await.unwrap().len(), 2);

    files.delete(&stored.place).await.unwrap();
    files.delete(&stored.place).await.unwrap();
    assert_eq!(files.get(&stored.place).await, Err(Error::NotThere));
    assert_eq!(files.get(&again.place).await.unwrap(), "hello");
    files.check().await.unwrap();
    assert_eq!(files.list().await.unwrap().len(), 1);
    assert!(files.space().unwrap().free > 0);
}

#[tokio::test]
async fn a_file_that_comes_in_pieces() {
    let (folder, files) = files();
    let piece = [b'x'; 10_000];
    for pieces in [0, 1, 30, 100] {
        let mut incoming = files.incoming().await.unwrap();
        for _ in 0..pieces {
            incoming.write(&piece).await.unwrap();
        }
        assert_eq!(incoming.size(), pieces * 10_000);
        let stored = incoming.finish().await.unwrap();
        let whole = files.put(piece.repeat(pieces as usize)).await.unwrap();
        assert_eq!((stored.size, &stored.sha256), (whole.size, &whole.sha256));
        assert_eq!(read(&files, &stored.place, None).await, piece.repeat(pieces as usize));
    }
    let unfinished = || std::fs::read_dir(folder.path().join("files/unfinished")).unwrap().count();
    assert_eq!(unfinished(), 0);

    let mut incoming = files.incoming().await.unwrap();
    incoming.write(&piece.repeat(100)).await.unwrap();
    assert_eq!(unfinished(), 1);
    drop(incoming);
    assert_eq!(unfinished(), 0);
}

#[tokio::test]
async fn what_a_crash_left_is_swept_after_a_day() {
    let (folder, files) = files();
    std::fs::write(folder.path().join("files/unfinished/0123"), "half").unwrap();
    let now = SystemTime::now();
    assert_eq!(files.sweep_unfinished(now).await.unwrap(), 0);
    let tomorrow = now + Duration::from_secs(25 * 3600);
    assert_eq!(files.sweep_unfinished(tomorrow).await.unwrap(), 1);
    assert_eq!(files.list().await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_place_never_leads_out_of_the_folder() {
    let (folder, files) = files();
    std::fs::write(folder.path().join("secret"), "s").unwrap();
    let long = "0".repeat(64);
    for place in [
        "../secret",
        "/etc/passwd",
        "",
        "abc",
        &format!("../{long}-0"),
        &format!("abc/{long}-/../x"),
    ] {
        assert_eq!(files.get(place).await, Err(Error::NotThere), "{place}");
        assert!(files.open(place, None).await.is_err());
    }
}

#[test]
fn callers_that_wait() {
    let (_folder, files) = files();
    let files = BlockingFiles::new(files).unwrap();
    let stored = files.put("hello").unwrap();
    assert_eq!(files.get(&stored.place).unwrap(), "hello");
    files.delete(&stored.place).unwrap();
}

/// Against a server of one's own choice: `TEND_TEST_S3=http://127.0.0.1:9000`
/// with the bucket `tend` and the keys `S3RVER`.
#[tokio::test]
async fn a_bucket() {
    let Ok(endpoint) = std::env::var("TEND_TEST_S3") else {
        eprintln!("skipped: TEND_TEST_S3 is not set");
        return;
    };
    let spool = tempfile::tempdir().unwrap();
    let options = S3Options {
        bucket: "tend".to_owned(),
        endpoint,
        access_key: "S3RVER".to_owned(),
        secret_key: "S3RVER".to_owned(),
        path_style: true,
        prefix: "one".to_owned(),
        ..S3Options::default()
    };
    let files = Files::s3(&options, spool.path()).unwrap();
    files.check().await.unwrap();
    let stored = files.put("hello").await.unwrap();
    assert_eq!(read(&files, &stored.place, Some(1..3)).await, b"el");
    let mut incoming = files.incoming().await.unwrap();
    for _ in 0..80 {
        incoming.write(&[b'y'; 100_000]).await.unwrap();
    }
    let large = incoming.finish().await.unwrap();
    assert_eq!(files.get(&large.place).await.unwrap().len(), 8_000_000);
    let listed = files.list().await.unwrap();
    assert!(listed.iter().any(|it| it.place == large.place && it.size == 8_000_000));
    for it in listed {
        files.delete(&it.place).await.unwrap();
    }
    assert_eq!(files.get(&stored.place).await, Err(Error::NotThere));
    assert!(files.list().await.unwrap().is_empty());
}
