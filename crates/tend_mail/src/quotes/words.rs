//! Words of mail programs, in lower case.

/// What an attribution may begin with.
pub(super) const OPENERS: &[&str] = &[
    "on", "le", "am", "el", "il", "em", "op", "den", "på", "w dniu", "dnia", "in data", "vào", "dne", "dňa",
    "il giorno", "no dia", "a(z)", "în data", "στις", "בתאריך", "في", "pada", "dana", "ngày", "lúc", "þann",
    "sent from", "quoting",
];

/// What an attribution says that the other did.
pub(super) const VERBS: &[&str] = &[
    "wrote", "writes", "sent", "schrieb", "schrieben", "geschrieben", "a écrit", "écrit", "ha scritto", "scritto",
    "scrisse", "escribió", "ha escrito", "escribio", "escreveu", "napisał", "napisał(a)", "napisała", "pisze",
    "skrev", "skrev følgende", "følgende", "kirjoitti", "написал", "написал(а)", "написала", "написав", "пише", "пишет",
    "schreef", "het volgende geschreven", "yazdı", "şunu yazdı", "tarihinde şunu yazdı", "írta", "đã viết", "viết",
    "写道", "寫道", "さんは書きました", "のメッセージ", "がこう書きました", "作成", "님이 작성", "님이 작성:", "작성", "napsal", "napsal(a)", "napsala",
    "napísal", "napísal(a)", "a scris", "έγραψε", "כתב", "כתבה", "كتب", "va escriure", "menulis", "je napisao", "piše",
    "rašė", "rakstīja", "kirjutas", "skrifaði", "написа", "napisao", "è scritto", "a écrit ce qui suit",
];

/// Names of header fields: of the sender.
pub(super) const FROM: &[&str] = &[
    "from", "von", "de", "da", "van", "fra", "från", "od", "lähettäjä", "от", "від", "feladó", "kimden", "gönderen", "από",
    "差出人", "发件人", "寄件者", "보낸 사람", "보낸사람", "expéditeur", "mittente", "remitente", "remetente", "afzender", "de la", "odesílatel",
    "מאת", "من", "từ", "dari",
];
/// Names of header fields: of the date.
pub(super) const DATE: &[&str] = &[
    "date", "sent", "datum", "gesendet", "gesendet am", "envoyé", "envoyé le", "inviato", "data", "verzonden", "sendt", "dato", "skickat",
    "wysłano", "lähetetty", "päivämäärä", "дата", "отправлено", "enviado", "enviado el", "enviado em", "fecha", "dátum", "küldve", "gönderildi",
    "tarih", "ημερομηνία", "στάλθηκε", "日時", "送信日時", "发送时间", "日期", "傳送時間", "보낸 날짜", "message du", "odesláno", "trimis", "נשלח", "تاريخ", "надіслано",
];
/// Names of header fields: of the recipients.
pub(super) const TO: &[&str] = &[
    "to", "an", "à", "a", "aan", "til", "till", "do", "vastaanottaja", "кому", "para", "címzett", "kime", "alıcı", "προς", "宛先", "收件人", "收件者",
    "받는 사람", "받는사람", "destinataire", "destinatario", "pour", "komu", "către", "אל", "إلى", "tới", "kepada",
    "cc", "kopie", "copie à", "cópia", "kopi", "kopia", "копия", "bcc", "抄送", "reply-to", "antwort an", "répondre à",
];
/// Names of header fields: of the subject.
pub(super) const SUBJECT: &[&str] = &[
    "subject", "betreff", "objet", "oggetto", "onderwerp", "emne", "ämne", "temat", "aihe", "тема", "asunto", "assunto", "tárgy", "konu", "θέμα",
    "件名", "主题", "主旨", "제목", "předmět", "predmet", "subiect", "נושא", "الموضوع", "chủ đề", "perihal",
];

/// Between dashes: what follows is an earlier mail.
pub(super) const ORIGINAL: &[&str] = &[
    "original message", "original", "reply message", "original email", "original mail", "original appointment",
    "ursprüngliche nachricht", "originalnachricht", "antwort nachricht", "originalnachricht", "ursprüngliche e-mail",
    "message d'origine", "message d’origine", "message original", "mensaje original", "messaggio originale", "mensagem original",
    "oorspronkelijk bericht", "oprindelig besked", "oprindelig meddelelse", "opprinnelig melding", "opprinnelig e-post", "ursprungligt meddelande",
    "originalmeddelande", "alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość", "původní zpráva", "pôvodná správa",
    "eredeti üzenet", "исходное сообщение", "пересылаемое сообщение отвечено", "оригинальное сообщение", "αρχικό μήνυμα", "orijinal mesaj", "özgün ileti",
    "原始邮件", "原始郵件", "元のメッセージ", "원본 메시지", "thư gốc", "tin nhắn gốc", "הודעה מקורית", "رسالة أصلية", "mesaj original", "pesan asli", "izvorna poruka", "originele bericht",
];

/// What follows is a mail that is passed on.
pub(super) const FORWARDED: &[&str] = &[
    "forwarded message", "forwarded by", "begin forwarded message", "weitergeleitete nachricht", "anfang der weitergeleiteten",
    "message transféré", "début du message transféré", "début du message réexpédié", "mensaje reenviado", "inicio del mensaje reenviado",
    "messaggio inoltrato", "inizio messaggio inoltrato", "mensagem encaminhada", "início da mensagem reencaminhada", "doorgestuurd bericht",
    "begin doorgestuurd bericht", "videresendt meddelelse", "videresendt melding", "vidarebefordrat meddelande", "välitetty viesti", "przekazana wiadomość",
    "пересылаемое сообщение", "пересланное сообщение", "přeposlaná zpráva", "转发的邮件", "转发邮件", "轉寄郵件", "転送されたメッセージ", "전달된 메시지", "yönlendirilen ileti",
];

/// Lines that our own mails and those of others' desks carry.
pub(super) const ABOVE: &[&str] = &[
    "reply above this line", "type your reply above", "please reply above", "respond above this line", "write above this line",
    "bitte oberhalb dieser zeile", "antworten sie oberhalb", "répondez au-dessus de cette ligne", "responda por encima de esta línea",
    "responder acima desta linha", "rispondi sopra questa riga", "antwoord boven deze lijn", "reageer boven deze regel", "svar over denne linje",
    "skriv ditt svar ovanför", "##- ",
];

/// How the lines begin that telephones and programs add.
pub(super) const MOBILE: &[&str] = &[
    "sent from my ", "sent from mobile", "sent from mailbox", "sent via ", "sent with ", "sent using ", "sent wirelessly from", "get outlook for ",
    "sent from outlook", "sent from yahoo", "sent from proton", "sent from samsung", "sent from typeapp", "sent from mail for", "sent from gmail", "sent from bluemail",
    "von meinem ", "gesendet von ", "gesendet mit ", "gesendet über", "diese nachricht wurde von meinem", "holen sie sich outlook",
    "envoyé de mon ", "envoyé depuis ", "envoyé à partir de ", "envoyé sans fil", "télécharger outlook", "obtenez outlook", "obtenir outlook", "provenance : courrier", "provenance :",
    "enviado desde mi ", "enviado desde ", "obtener outlook", "enviado do meu ", "enviado a partir ", "enviado de meu", "obter o outlook", "inviato da ", "inviato dal mio ", "scarica outlook", "ottieni outlook",
    "verzonden vanaf ", "verstuurd vanaf ", "verzonden met ", "verstuurd met ", "outlook voor ", "skickat från ", "hämta outlook", "skaffa outlook", "sendt fra ", "hent outlook", "lähetetty ", "wysłane z ", "wysłano z ", "pobierz outlook",
    "odesláno z ", "odoslané z ", "отправлено с ", "отправлено из ", "надіслано з ", "iphone'umdan gönderildi", "iphone から送信", "iphoneから送信", "发自我的", "从我的 ", "傳自我的", "나의 iphone에서", "gửi từ ", "στάλθηκε από ", "trimis de pe ", "elküldve ", "dikirim dari ", "נשלח מה", "enviat des",
];

/// Polite endings, alone on their line.
pub(super) const CLOSINGS: &[&str] = &[
    "regards", "best regards", "kind regards", "kindest regards", "warm regards", "warmest regards", "with regards", "with best regards", "with kind regards",
    "many thanks and regards", "thanks and regards", "thanks & regards", "thank you and regards", "best wishes", "with best wishes",
    "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "freundliche grüße", "freundliche grüsse", "viele grüße", "viele grüsse", "beste grüße", "schöne grüße",
    "liebe grüße", "herzliche grüße", "mfg", "vg", "lg", "cordialement", "bien cordialement", "très cordialement", "bien à vous", "salutations", "cdt", "cdlt", "sincères salutations",
    "saludos", "saludos cordiales", "un saludo", "un cordial saludo", "atentamente", "atte", "cordiali saluti", "distinti saluti", "saluti", "un saluto",
    "atenciosamente", "cumprimentos", "com os melhores cumprimentos", "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "groeten", "mvg", "hartelijke groet",
    "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar", "hälsningar", "mvh", "med venlig hilsen", "venlig hilsen", "vennlig hilsen", "med vennlig hilsen", "hilsen",
    "ystävällisin terveisin", "terveisin", "pozdrawiam", "z poważaniem", "z wyrazami szacunku", "s pozdravem", "s pozdravom", "üdvözlettel", "cu stimă", "saygılarımla", "iyi çalışmalar",
    "с уважением", "з повагою", "με εκτίμηση", "此致", "祝好", "敬具", "trân trọng", "salam",
];
