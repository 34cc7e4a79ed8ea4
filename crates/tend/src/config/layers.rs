//! The manual, then a file, then the environment, then the command line.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

use super::{Config, MANUAL};

/// Where settings come from, the lowest first.
#[derive(Default)]
pub struct Sources {
    /// Named by the operator: it has to be there.
    pub file: Option<PathBuf>,
    /// Read if it is there.
    pub usual_file: Option<PathBuf>,
    /// Name and value of variables that begin with `TEND_`.
    pub environment: Vec<(String, String)>,
    /// Name and value, as in `mail.lmtp` and `true`.
    pub flags: Vec<(String, String)>,
}

/// Variables that are no settings.
const OTHERS: [&str; 4] = ["TEND_DATA", "TEND_CONFIG", "TEND_KEY", "TEND_BENCH_DATA"];

impl Sources {
    pub(super) fn merged(&self) -> Result<Config> {
        let mut table: Table = MANUAL.parse().expect("the manual is TOML");
        for path in self.file.iter().chain(&self.usual_file) {
            let text = match std::fs::read_to_string(path) {
                Ok(text) => text,
                Err(error) if Some(path) == self.file.as_ref() => {
                    bail!("The configuration {} can't be read: {error}.", path.display());
                }
                Err(_) => continue,
            };
            let place = path.display().to_string();
            let file: Table = text.parse().with_context(|| format!("{place} is not TOML"))?;
            overlay(&mut table, file, &place, "")?;
            break;
        }
        for path in leaves(&table) {
            let name = variable(&path);
            if let Some((_, text)) = self.environment.iter().find(|(it, _)| *it == name) {
                set(&mut table, &path, text, &format!("The variable {name}"))?;
            }
        }
        for (path, text) in &self.flags {
            if !leaves(&table).contains(path) {
                bail!("There is no setting {path}. `tend config` prints all of them.");
            }
            set(&mut table, path, text, &format!("The setting {path} on the command line"))?;
        }
        table.try_into().map_err(|error: toml::de::Error| {
            anyhow::anyhow!("A setting can't be what it is: {}.", error.message())
        })
    }

    /// Variables that look like settings and are none: perhaps a slip of the pen.
    pub fn unknown_variables(&self) -> Vec<&str> {
        let table: Table = MANUAL.parse().expect("the manual is TOML");
        let known: Vec<String> = leaves(&table).iter().map(|it| variable(it)).collect();
        let names = self.environment.iter().map(|(name, _)| name.as_str());
        // Kubernetes sets such variables for each service, ours among them.
        let service = |it: &str| it.contains("_SERVICE_") || it.contains("_PORT");
        names
            .filter(|it| !OTHERS.contains(it) && !it.starts_with("TEND_TEST_") && !service(it))
            .filter(|it| !known.iter().any(|known| known == it))
            .collect()
    }
}

/// `mail.lmtp` is `TEND_MAIL_LMTP`.
fn variable(path: &str) -> String {
    format!("TEND_{}", path.replace('.', "_").to_uppercase())
}

/// The names of all settings.
fn leaves(table: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in table {
        match value {
            Value::Table(inner) => {
                found.extend(leaves(inner).iter().map(|it| format!("{name}.{it}")));
            }
            _ => found.push(name.clone()),
        }
    }
    found
}

fn overlay(table: &mut Table, over: Table, place: &str, section: &str) -> Result<()> {
    for (name, value) in over {
        let Some(here) = table.get_mut(&name) else {
            let known: Vec<&str> = table.keys().map(String::as_str).collect();
            bail!("{place}: there is no setting {section}{name}. Here are: {}.", known.join(", "));
        };
        match (here, value) {
            (Value::Table(here), Value::Table(value)) => {
                overlay(here, value, place, &format!("{section}{name}."))?;
            }
            (here, value) if here.same_type(&value) => *here = value,
            (here, value) => bail!(
                "{place}: {section}{name} is {}, and has to be {}.",
                value.type_str(),
                here.type_str()
            ),
        }
    }
    Ok(())
}

/// Reads the text as what the setting is by default.
fn set(table: &mut Table, path: &str, text: &str, place: &str) -> Result<()> {
    let (section, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut here = table;
    for part in section.split('.').filter(|it| !it.is_empty()) {
        let inner = here.get_mut(part).and_then(Value::as_table_mut);
        here = inner.expect("the path was read off the table");
    }
    let old = here.get(name).expect("the path was read off the table");
    let parsed = match old {
        Value::Integer(_) => text.trim().parse().ok().map(Value::Integer),
        Value::Boolean(_) => text.trim().parse().ok().map(Value::Boolean),
        Value::Array(_) => {
            let parts = text.split(',').map(str::trim).filter(|it| !it.is_empty());
            Some(Value::Array(parts.map(|it| Value::String(it.to_owned())).collect()))
        }
        _ => Some(Value::String(text.to_owned())),
    };
    let Some(parsed) = parsed else {
        bail!("{place} is {text:?}, and has to be {}.", old.type_str());
    };
    here.insert(name.to_owned(), parsed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("tend.toml");
        std::fs::write(&path, file)?;
        let owned = |them: &[(&str, &str)]| {
            them.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        let sources = Sources {
            file: None,
            usual_file: Some(path),
            environment: owned(environment),
            flags: owned(flags),
        };
        Config::load(&sources)
    }

    fn problem(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> String {
        match with(file, environment, flags) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
        let file = "[mail]\nmax_message_mb = 10\nmax_connections = 2\nlmtp = true";
        let environment =
            [("TEND_MAIL_MAX_CONNECTIONS", "3"), ("TEND_OUTSIDE_ALLOW", "a.test, 10.0.0.0/8")];
        let config = with(file, &environment, &[("mail.lmtp", "false")]).expect("loads");
        assert_eq!((config.mail.max_message_mb, config.mail.max_connections), (10, 3));
        assert!(!config.mail.lmtp);
        assert_eq!(config.outside.allow, ["a.test", "10.0.0.0/8"]);
    }

    #[test]
    fn what_is_no_setting_is_an_error_that_names_it() {
        assert!(problem("lisen = \"x\"", &[], &[]).contains("there is no setting lisen"));
        assert!(problem("[mail]\nhols = true", &[], &[]).contains("mail.hols"));
        assert!(problem("", &[], &[("mail.hols", "x")]).contains("no setting mail.hols"));
        assert!(problem("mail = 3", &[], &[]).contains("mail is integer, and has to be table"));
        assert!(problem("[mail]\nlmtp = \"yes\"", &[], &[]).contains("has to be boolean"));
        assert!(
            problem("", &[("TEND_HTTP_STOP_SECONDS", "many")], &[])
                .contains("TEND_HTTP_STOP_SECONDS")
        );
        assert!(problem("listen = \"here\"", &[], &[]).contains("can't be what it is"));
        assert!(problem("", &[], &[("database_url", "mysql://x")]).contains("postgres://"));
        assert!(problem("[files]\nstore = \"s3\"", &[], &[]).contains("bucket"));
        assert!(problem("[http]\nstop_seconds = 0", &[], &[]).contains("http.stop_seconds is 0"));
    }

    #[test]
    fn a_slip_in_a_variable_is_noticed() {
        let names = ["TEND_LISTN", "TEND_LISTEN", "TEND_KEY", "TEND_PORT", "TEND_TEST_POSTGRES"];
        let environment = names.map(|it| (it.to_owned(), String::new())).to_vec();
        let sources = Sources { environment, ..Sources::default() };
        assert_eq!(sources.unknown_variables(), ["TEND_LISTN"]);
    }
}
