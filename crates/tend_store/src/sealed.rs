use std::any::Any;

/// A value whose type is forgotten while it goes from one thread to another. Whoever waits for
/// it knows the type: so what is between is compiled once, and not for each of hundreds of
/// closures.
#[derive(Debug)]
pub struct Sealed(Box<dyn Any + Send>);

impl Sealed {
    pub fn of<T: Send + 'static>(it: T) -> Self {
        Self(Box::new(it))
    }

    /// Nothing if it is of another type.
    pub fn open<T: 'static>(self) -> Option<T> {
        self.0.downcast().ok().map(|it| *it)
    }
}
