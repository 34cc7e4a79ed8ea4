//! tend_stats
