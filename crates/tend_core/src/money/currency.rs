//! Currencies, and amounts as people write them.

use tend_store::{FromValue, Value};

/// What a currency is called: three letters of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

const KNOWN: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB \
     BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB \
     EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD \
     JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP \
     MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON \
     RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP \
     TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";
const WITHOUT_CENTS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const OF_THOUSANDTHS: &str = "BHD IQD JOD KWD LYD OMR TND";

/// Between sign and figure: an amount is never parted at the end of a line.
const GAP: char = '\u{a0}';

impl Currency {
    /// The three letters.
    pub fn word(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many decimals its minor unit has: 2 for most, 0 for the yen, 3 for some dinars.
    pub fn decimals(self) -> u32 {
        match self.word() {
            it if WITHOUT_CENTS.contains(it) => 0,
            it if OF_THOUSANDTHS.contains(it) => 3,
            _ => 2,
        }
    }

    /// How it stands before an amount.
    pub fn sign(&self) -> &str {
        match self.word() {
            "EUR" => "€",
            "GBP" => "£",
            it => it,
        }
    }

    /// Minor units in one unit.
    pub fn unit(self) -> i64 {
        10_i64.pow(self.decimals())
    }

    /// `€ 1,234.50`: to the minor unit.
    pub fn exact(self, minor: i64) -> String {
        let (unit, width) = (self.unit().unsigned_abs(), self.decimals() as usize);
        let whole = grouped(minor.unsigned_abs() / unit);
        let minus = if minor < 0 { "−" } else { "" };
        match width {
            0 => format!("{minus}{}{GAP}{whole}", self.sign()),
            _ => format!(
                "{minus}{}{GAP}{whole}.{:0width$}",
                self.sign(),
                minor.unsigned_abs() % unit
            ),
        }
    }

    /// `€ 1,235`: to the unit; a half is rounded away from nothing.
    pub fn whole(self, minor: i64) -> String {
        let unit = self.unit();
        let units = (minor.unsigned_abs() + unit.unsigned_abs() / 2) / unit.unsigned_abs();
        let minus = if minor < 0 && units > 0 { "−" } else { "" };
        format!("{minus}{}{GAP}{}", self.sign(), grouped(units))
    }

    /// `1234.50`: for files and fields.
    pub fn plain(self, minor: i64) -> String {
        let (unit, width) = (self.unit().unsigned_abs(), self.decimals() as usize);
        let minus = if minor < 0 { "-" } else { "" };
        match width {
            0 => minor.to_string(),
            _ => format!(
                "{minus}{}.{:0width$}",
                minor.unsigned_abs() / unit,
                minor.unsigned_abs() % unit
            ),
        }
    }

    /// Reads what people write: `1,234.50`, `1.234,50`, `1 234`. `None` for what is no amount,
    /// or has more decimals than the currency.
    pub fn read(self, text: &str) -> Option<i64> {
        let text: String =
            text.chars().filter(|it| !it.is_whitespace() && *it != '\'' && *it != '’').collect();
        let (minus, text) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest.to_owned()),
            None => (false, text),
        };
        let (whole, part) = split(&text, self.decimals())?;
        let mut digits = whole;
        let part = part.trim_end_matches('0');
        if part.len() > self.decimals() as usize {
            return None;
        }
        digits.push_str(part);
        digits.extend(std::iter::repeat_n('0', self.decimals() as usize - part.len()));
        let minor: i64 = digits.parse().ok()?;
        (minor < 1_000_000_000_000_000).then_some(if minus { -minor } else { minor })
    }
}

/// Digits before and after the decimal sign.
fn split(text: &str, decimals: u32) -> Option<(String, &str)> {
    let plain = |it: &str| it.chars().all(|c| c.is_ascii_digit());
    let last = text.rfind(['.', ',']);
    let Some(at) = last else {
        return (plain(text) && !text.is_empty()).then(|| (text.to_owned(), ""));
    };
    let (before, after) = (&text[..at], &text[at + 1..]);
    let sign = &text[at..=at];
    let other = if sign == "." { ',' } else { '.' };
    // `1,234` groups, `1,23` has decimals; where both signs stand, the last one is the decimal's.
    let groups = before.contains(sign)
        || (after.len() == 3 && !before.contains(other) && (decimals < 3 || sign == ","));
    let bare: String = before.chars().filter(char::is_ascii_digit).collect();
    let known = before.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
    if !known || !plain(after) || bare.is_empty() {
        return None;
    }
    match groups {
        true if before.contains(other) => None,
        true => Some((format!("{bare}{after}"), "")),
        false => Some((bare, after)),
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl std::str::FromStr for Currency {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim().to_ascii_uppercase();
        let known = word.len() == 3 && KNOWN.split_whitespace().any(|it| it == word);
        let letters = <[u8; 3]>::try_from(word.as_bytes()).ok().filter(|_| known);
        letters.map(Self).ok_or("Write a currency as its three letters, such as EUR.")
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.word())
    }
}

impl<'de> serde::Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}

impl FromValue for Currency {
    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}

impl From<Currency> for Value {
    fn from(it: Currency) -> Self {
        it.word().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(word: &str) -> Currency {
        word.parse().expect("a currency")
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let euro = of("eur");
        for (text, minor) in [
            ("1234.5", 123_450),
            ("1,234.50", 123_450),
            ("1.234,50", 123_450),
            ("1 234", 123_400),
            ("1,234", 123_400),
            ("12,5", 1_250),
            ("1.234.567", 123_456_700),
            ("-0.05", -5),
            ("49.00", 4_900),
            ("49.0000", 4_900),
        ] {
            assert_eq!(euro.read(text), Some(minor), "{text}");
        }
        for odd in ["", "€", "1.2.3,4,5", "12.345,678", "1e3", ".", "99999999999999999999"] {
            assert_eq!(euro.read(odd), None, "{odd}");
        }
        assert_eq!((of("JPY").read("1,234"), of("JPY").read("12.5")), (Some(1234), None));
        assert_eq!(of("KWD").read("1.234"), Some(1234));
    }

    #[test]
    fn amounts_are_written_with_their_currency() {
        assert_eq!(of("EUR").exact(123_450), "€\u{a0}1,234.50");
        assert_eq!(of("NOK").whole(-123_450), "−NOK\u{a0}1,235");
        assert_eq!(of("JPY").exact(18_600_000), "JPY\u{a0}18,600,000");
        assert_eq!((of("KWD").plain(1_234), of("EUR").plain(-5)), ("1.234".into(), "-0.05".into()));
        assert!("XYZ".parse::<Currency>().is_err() && "EURO".parse::<Currency>().is_err());
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back(minor in -1_000_000_000_000_i64..1_000_000_000_000) {
            for word in ["EUR", "JPY", "KWD"] {
                let it = of(word);
                proptest::prop_assert_eq!(it.read(&it.plain(minor)), Some(minor));
            }
        }
    }
}
