//! Tend: the program.
fn main() {}
