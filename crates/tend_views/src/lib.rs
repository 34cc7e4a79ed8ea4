//! tend_views
