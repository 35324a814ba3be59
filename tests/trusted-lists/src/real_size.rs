//! A list as large as AgID's.

use pki::{Authority, Key};

use crate::{
    DEPRECATED, GRANTED, IDENTITY_VERIFICATION, List, Provider, QUALIFIED, RECOGNISED, Service,
};

const PROVIDERS: usize = 40;
const SERVICES_EACH: usize = 5;
/// How often each service has changed its state: it brings the list to its size.
const CHANGES: usize = 6;

impl List {
    /// 200 services of 40 providers, 100 of them recognised authorities; 2.9 MB when signed.
    pub fn real_size() -> List {
        let key = Key::rsa(0);
        let provider = |number: usize| Provider {
            name: format!("Prestatore di Servizi Fiduciari numero {number} S.p.A."),
            services: (0..SERVICES_EACH)
                .map(|place| service(&key, number * SERVICES_EACH + place))
                .collect(),
        };
        List::of((0..PROVIDERS).map(provider).collect())
    }
}

fn service(key: &Key, number: usize) -> Service {
    let name = format!("Regione numero {number} - CA Cittadini");
    let (kind, status) = match number % 4 {
        0 | 1 => (IDENTITY_VERIFICATION, RECOGNISED),
        2 => (IDENTITY_VERIFICATION, DEPRECATED),
        _ => (QUALIFIED, GRANTED),
    };
    let dn = format!("CN={name}, OU=Servizi di Certificazione, O=Autorità di prova S.p.A., C=IT");
    let authority = Authority::new(&name, key.clone());
    Service {
        history: vec![DEPRECATED.to_owned(); CHANGES],
        ..Service::of(&authority, &dn, kind, status)
    }
}
