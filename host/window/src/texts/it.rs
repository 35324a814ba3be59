//! Italiano.

use protocol::window::{CertificateRefusal, FailedReason};

use super::{Message, Texts};

pub(super) const TEXTS: Texts = Texts {
    title: "Tessera – accesso con la carta",
    asks: "chiede di accedere con la Sua carta",
    waiting_for_reader: Message {
        heading: "Colleghi il lettore",
        explanation: "Nessun lettore di smart card è collegato a questo computer. \
                      Appena è collegato, si prosegue automaticamente.",
    },
    waiting_for_service: Message {
        heading: "I lettori non rispondono",
        explanation: "Il servizio per le smart card di questo computer non è attivo. Appena \
                      riparte, si prosegue automaticamente. Se non riparte, chieda a chi \
                      gestisce questo computer.",
    },
    waiting_for_card: Message {
        heading: "Inserisca la carta",
        explanation: "Inserisca nel lettore la Sua carta, TS-CNS o CNS, dalla parte del chip.",
    },
    reading_card: Message {
        heading: "Lettura della carta",
        explanation: "Possono servire alcuni secondi. Lasci la carta nel lettore.",
    },
    choosing_certificate: Message {
        heading: "Scelga il certificato",
        explanation: "Con le frecce e Invio, oppure con un clic.",
    },
    waiting_for_pin: Message {
        heading: "Digiti il PIN",
        explanation: "",
    },
    waiting_for_pin_pad: Message {
        heading: "Digiti il PIN sul lettore",
        explanation: "Usi i tasti del lettore e confermi lì. Su questo computer non serve \
                      digitare nulla.",
    },
    before_pin_pad: Message {
        heading: "Digiti il PIN sul lettore",
        explanation: "Quando è pronto, prosegua con il pulsante: poi sarà il lettore a \
                      chiedere il PIN.",
    },
    signing: Message {
        heading: "Accesso in corso",
        explanation: "Lasci la carta nel lettore finché questa finestra non si chiude.",
    },
    done: Message {
        heading: "Fatto",
        explanation: "L’accesso prosegue nella pagina. Questa finestra si chiude da sola.",
    },
    certificates: "Certificati della carta",
    chosen: "Certificato scelto:",
    refused: "Altri certificati della carta, non utilizzabili:",
    codice_fiscale: "Codice fiscale",
    issuer: "Rilasciato da",
    expires: "Valido fino al",
    pin: "PIN della carta",
    pin_hint: "Da 5 a 8 caratteri. Il PIN resta su questo computer.",
    pin_too_long: "Troppi caratteri: un PIN ne ha al massimo 8. Forse un tasto è stato premuto due \
                   volte: cancelli tutto e digiti di nuovo il PIN.",
    tries_left: |tries| format!("Tentativi rimasti: {tries}."),
    last_try: "Attenzione: è l’ultimo tentativo. Un altro PIN errato blocca la carta. \
               Se ha un dubbio, annulli.",
    perhaps_last_try: "Attenzione: dopo più PIN errati, questo potrebbe essere l’ultimo \
                       tentativo prima che la carta si blocchi. Se ha un dubbio, annulli.",
    pin_incorrect: "Il PIN non è corretto.",
    pin_length: "Il PIN è troppo corto o troppo lungo per questa carta. \
                 Nessun tentativo è stato consumato.",
    cancel: "Annulla",
    submit: "Conferma",
    again: "Riprova",
    go_on: "Continua",
    close: "Chiudi",
    date: |year, month, day| format!("{day}/{month}/{year}"),
    failed,
    refusal,
};

fn failed(reason: FailedReason) -> Message {
    let (heading, explanation) = match reason {
        FailedReason::PinLocked => (
            "Il PIN è bloccato",
            "È stato digitato un PIN errato troppe volte. Lo sblocchi con il PUK e il programma \
             della Sua carta, oppure si rivolga all’ente che l’ha rilasciata.",
        ),
        FailedReason::PinNotInitialised => (
            "La carta non è ancora attiva",
            "La carta non ha ancora un PIN. La faccia attivare presso uno sportello abilitato \
             della Sua regione o dell’ente che l’ha rilasciata.",
        ),
        FailedReason::PinExpired => (
            "Il PIN va cambiato",
            "La carta chiede un nuovo PIN prima di essere usata ancora. Lo cambi con il programma \
             della Sua carta, poi riprovi dalla pagina.",
        ),
        FailedReason::NoCertificate => (
            "Nessun certificato utilizzabile",
            "Sulla carta non c’è un certificato CNS valido per l’accesso. Controlli di avere \
             inserito la carta giusta; altrimenti si rivolga all’ente che l’ha rilasciata.",
        ),
        FailedReason::CardUnknown => (
            "La carta non è riconosciuta",
            "I programmi installati su questo computer non riescono a leggere questa carta. \
             Controlli che sia la Sua TS-CNS o CNS. Se lo è, chieda a chi gestisce questo \
             computer di installare il programma di questa carta.",
        ),
        FailedReason::NoMiddleware => (
            "Manca il programma della carta",
            "Su questo computer non c’è un programma che possa leggere la carta. Chieda a chi \
             gestisce questo computer di installare quello della Sua carta.",
        ),
        FailedReason::CardRemoved => (
            "La carta è stata tolta",
            "L’accesso non è riuscito. Inserisca la carta e riprovi dalla pagina.",
        ),
        FailedReason::ModuleFailed => (
            "La carta non si legge",
            "Il programma che legge la carta non ha funzionato o non risponde. Tolga e \
             reinserisca la carta, poi riprovi dalla pagina. Se non basta, chieda a chi \
             gestisce questo computer.",
        ),
        FailedReason::TimedOut => (
            "Il tempo è scaduto",
            "L’accesso non è stato completato in tempo. Riprovi dalla pagina.",
        ),
    };
    Message {
        heading,
        explanation,
    }
}

fn refusal(refusal: CertificateRefusal) -> &'static str {
    match refusal {
        CertificateRefusal::Expired => "Scaduto: la carta va rinnovata",
        CertificateRefusal::NotYetValid => {
            "Non ancora valido: controlli la data e l’ora del computer"
        }
        CertificateRefusal::Purpose => "Non serve all’accesso, ma per esempio alla firma",
        CertificateRefusal::NotCns => "Non è un certificato CNS",
        CertificateRefusal::WeakKey => "Chiave troppo debole: la carta va sostituita",
    }
}
