//! Passwords, hashed with argon2id (19 MiB, 2 passes, one lane). One takes tens
//! of milliseconds on purpose: never inside a transaction, and few at a time.

use std::sync::OnceLock;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use super::random_text;
use crate::{Result, error::invalid};

/// Characters, at least.
pub const SHORTEST: usize = 8;
/// Characters, at most: nobody shall make us hash a book.
pub const LONGEST: usize = 256;

/// What those who guess try first, sorted.
const COMMON: [&str; 76] = [
    "00000000",
    "11111111",
    "123123123",
    "12341234",
    "12345678",
    "123456789",
    "1234567890",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1qaz2wsx",
    "87654321",
    "987654321",
    "9876543210",
    "a1b2c3d4",
    "aa123456",
    "abc12345",
    "abcd1234",
    "access14",
    "admin123",
    "administrator",
    "asdfasdf",
    "asdfghjkl",
    "baseball",
    "basketball",
    "changeme",
    "charlie1",
    "computer",
    "dragon12",
    "football",
    "football1",
    "freedom1",
    "iloveyou",
    "iloveyou1",
    "internet",
    "jennifer",
    "letmein1",
    "letmein123",
    "liverpool",
    "login123",
    "master12",
    "michelle",
    "monkey12",
    "p@ssw0rd",
    "passw0rd",
    "password",
    "password!",
    "password1",
    "password12",
    "password123",
    "password1234",
    "princess",
    "princess1",
    "q1w2e3r4",
    "qazwsxedc",
    "qwer1234",
    "qwerty12",
    "qwerty123",
    "qwerty1234",
    "qwertyui",
    "qwertyuiop",
    "samsung1",
    "secret123",
    "shadow12",
    "starwars",
    "sunshine",
    "sunshine1",
    "superman",
    "superman1",
    "test1234",
    "trustno1",
    "victoria",
    "welcome1",
    "welcome123",
    "whatever",
    "zaq12wsx",
    "zxcvbnm1",
];

/// Refuses what is easily guessed, with a sentence that says why.
pub fn check(password: &str, email: &str) -> Result<()> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    if length < SHORTEST {
        return Err(invalid("password", format!("A password has at least {SHORTEST} characters.")));
    }
    if length > LONGEST {
        return Err(invalid("password", format!("A password has at most {LONGEST} characters.")));
    }
    if different.len() < 4 || COMMON.binary_search(&lower.as_str()).is_ok() {
        return Err(invalid(
            "password",
            "This password is among the first that anyone would guess.",
        ));
    }
    if lower == email.to_lowercase() || (local.len() >= SHORTEST && lower == local) {
        return Err(invalid("password", "A password must not be the address it belongs to."));
    }
    Ok(())
}

/// The text to keep; it names its own parameters and salt.
pub fn hash(password: &str) -> String {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.expect("the parameters are ours").to_string()
}

/// Whether the password belongs to the hash. Without a hash it works as long,
/// and says no: who asks can't tell an unknown agent from a wrong password.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    let nobodys = NOBODYS.get_or_init(|| self::hash(&random_text()));
    let password = match password.chars().count() <= LONGEST {
        true => password,
        false => "",
    };
    let known = PasswordHash::new(hash.unwrap_or(nobodys));
    let verified = known
        .is_ok_and(|known| Argon2::default().verify_password(password.as_bytes(), &known).is_ok());
    verified && hash.is_some() && !password.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let kept = hash("correct horse battery");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("correct horse battery", Some(&kept)));
        assert!(!verify("correct horse batterx", Some(&kept)));
        assert!(!verify("", Some(&kept)));
        assert!(!verify("correct horse battery", None));
        assert!(!verify("correct horse battery", Some("")));
    }

    #[test]
    fn what_is_easily_guessed_is_refused() {
        assert!(COMMON.is_sorted());
        for bad in ["", "short", "aaaaaaaaaaaa", "Password1234", "anna@tend.test"] {
            assert!(check(bad, "anna@tend.test").is_err(), "{bad}");
        }
        assert!(check(&"x".repeat(300), "anna@tend.test").is_err());
        assert!(check("ein ruhiger Fluss", "anna@tend.test").is_ok());
    }
}
