use super::dice::Dice;

/// The words that support is made of, the commonest first.
const COMMON: &str = "the to and is you for it we i of a your in this on have that with my can be \
    not please are order hello will from but has thanks our when do if been at me was so help as \
    an account or email all still would could here there just day get now what how after send \
    know sent time work need invoice see number let best regards best soon team issue use back \
    new any problem found out about one today look delivery address payment error customer \
    change they last which week also because before other into than product message sorry may \
    same again check trying answer support refund subscription page password update version \
    received wrong shows try login link click card button tomorrow yesterday parcel tracking \
    shipping returned box label carrier warehouse confirm confirmation receipt monthly yearly \
    plan upgrade downgrade cancel renew license seat user admin role report export import file \
    upload download browser phone screen printer device sensor valve heating pump filter gauge \
    battery charger cable adapter install manual setting settings configuration network offline \
    online server sync calendar contact question urgent quickly broken damaged missing late \
    early duplicate charged twice bank transfer tax vat discount coupon voucher gift warranty \
    repair replace replacement spare part colour size large small medium available stock price \
    quote offer contract renewal meeting call schedule reminder follow forward attached picture \
    screenshot video document pdf spreadsheet column row field value total sum amount currency";

const STARTS: [&str; 24] = [
    "b", "br", "c", "d", "dr", "f", "g", "gr", "h", "k", "kl", "l", "m", "n", "p", "pr", "r", "s",
    "st", "t", "tr", "v", "w", "z",
];
const MIDDLES: [&str; 10] = ["a", "e", "i", "o", "u", "ai", "ea", "io", "ou", "y"];
const ENDS: [&str; 12] = ["", "l", "m", "n", "r", "s", "t", "x", "nd", "rk", "st", "ng"];

/// How many different words there are.
const WORDS: usize = 40_000;

fn syllable(dice: &mut Dice, out: &mut String) {
    out.push_str(dice.one(&STARTS[..]));
    out.push_str(dice.one(&MIDDLES[..]));
    out.push_str(dice.one(&ENDS[..]));
}

/// The words by rank.
pub(super) struct Words(Vec<String>);

impl Words {
    pub fn new() -> Self {
        let mut all: Vec<String> = COMMON.split_whitespace().map(str::to_owned).collect();
        for n in all.len()..WORDS {
            let mut dice = Dice::new(0x770_7d5, n as u64);
            let mut word = String::new();
            for _ in 0..2 + dice.below(2) {
                syllable(&mut dice, &mut word);
            }
            all.push(word);
        }
        Self(all)
    }

    fn sentence(&self, dice: &mut Dice, length: usize, out: &mut String) {
        for n in 0..length {
            let word = &self.0[dice.zipf(WORDS)];
            match n {
                0 => {
                    let mut chars = word.chars();
                    out.extend(chars.next().map(|it| it.to_ascii_uppercase()));
                    out.push_str(chars.as_str());
                }
                _ => {
                    out.push(' ');
                    out.push_str(word);
                }
            }
        }
    }

    pub fn subject(&self, dice: &mut Dice) -> String {
        let mut out = String::new();
        let length = 3 + dice.below(6);
        self.sentence(dice, length, &mut out);
        out
    }

    /// A message of some 40 words, now and then a long one.
    pub fn message(&self, dice: &mut Dice) -> String {
        let words = match dice.below(20) {
            0 => 120 + dice.below(180),
            1..=5 => 4 + dice.below(12),
            _ => 15 + dice.below(45),
        };
        let (mut out, mut left) = (String::with_capacity(words * 7), words);
        while left > 0 {
            let length = (4 + dice.below(12)).min(left);
            self.sentence(dice, length, &mut out);
            left -= length;
            out.push_str(if dice.below(5) == 0 { ".\n\n" } else { ". " });
        }
        out.truncate(out.trim_end().len());
        out
    }
}

pub(super) fn name(dice: &mut Dice) -> String {
    let mut out = String::new();
    for _ in 0..2 {
        syllable(dice, &mut out);
    }
    let mut chars = out.chars();
    let first: String = chars.next().map(|it| it.to_ascii_uppercase()).into_iter().collect();
    format!("{first}{}", chars.as_str())
}
