//! tend_outside
