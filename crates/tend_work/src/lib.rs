//! tend_work
