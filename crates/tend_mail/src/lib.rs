//! tend_mail
