//! A list before it is signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pki::{Authority, Key};

use crate::{DEPRECATED, IDENTITY_VERIFICATION, NOW, QUALIFIED, RECOGNISED, date};

const DAY: i64 = 86_400;

/// A list's content.
#[derive(Clone)]
pub struct List {
    /// SchemeTerritory.
    pub territory: String,
    /// TSLSequenceNumber.
    pub sequence_number: u64,
    /// ListIssueDateTime, Unix time.
    pub issued: i64,
    /// NextUpdate, Unix time.
    pub next_update: i64,
    /// TrustServiceProviderList.
    pub providers: Vec<Provider>,
}

/// A trust service provider.
#[derive(Clone)]
pub struct Provider {
    /// TSPName.
    pub name: String,
    /// Its services.
    pub services: Vec<Service>,
}

/// A service as the list has it.
#[derive(Clone)]
pub struct Service {
    /// ServiceName.
    pub name: String,
    /// ServiceTypeIdentifier.
    pub kind: String,
    /// ServiceStatus.
    pub status: String,
    /// StatusStartingTime, Unix time.
    pub since: i64,
    /// X509Certificate, DER; as many DigitalIds.
    pub certificates: Vec<Vec<u8>>,
    /// The states it was in before, by their URIs.
    pub history: Vec<String>,
}

impl List {
    /// Two recognised authorities, beside two services that are not for logins.
    pub fn small() -> List {
        let key = Key::p256();
        let service = |name: &str, kind, status| {
            let authority = Authority::new(name, key.clone());
            Service::of(&authority, name, kind, status)
        };
        List::of(vec![
            Provider {
                name: "Actalis S.p.A.".to_owned(),
                services: vec![
                    service(
                        "CN=Regione di Prova - CA Cittadini 2020, O=Actalis S.p.A., C=IT",
                        IDENTITY_VERIFICATION,
                        RECOGNISED,
                    ),
                    service(
                        "CN=Regione di Prova - CA Cittadini, O=Actalis S.p.A., C=IT",
                        IDENTITY_VERIFICATION,
                        DEPRECATED,
                    ),
                ],
            },
            Provider {
                name: "Perché & Così S.p.A.".to_owned(),
                services: vec![
                    service("CN=Firma Qualificata", QUALIFIED, crate::GRANTED),
                    service(
                        "CN=Carta dei Servizi, O=Perché & Così",
                        IDENTITY_VERIFICATION,
                        RECOGNISED,
                    ),
                ],
            },
        ])
    }

    /// One recognised authority of one's own: what a forger would want believed.
    pub fn forged() -> List {
        let authority = Authority::new("Forged - CA Cittadini", Key::p256());
        List::of(vec![Provider {
            name: "Forger".to_owned(),
            services: vec![Service::recognised(&authority, "CN=Forged")],
        }])
    }

    /// An Italian list of these providers, number 100, issued yesterday for six months.
    pub fn of(providers: Vec<Provider>) -> List {
        List {
            territory: "IT".to_owned(),
            sequence_number: 100,
            issued: NOW - DAY,
            next_update: NOW + 180 * DAY,
            providers,
        }
    }

    /// The list in XML, on one line as AgID's, without signature.
    pub fn xml(&self) -> String {
        let providers: String = self.providers.iter().map(Provider::xml).collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>{ROOT}{}\
             <TrustServiceProviderList>{providers}</TrustServiceProviderList>\
             </TrustServiceStatusList>",
            self.scheme_information()
        )
    }

    fn scheme_information(&self) -> String {
        format!(
            "<SchemeInformation><TSLVersionIdentifier>6</TSLVersionIdentifier>\
             <TSLSequenceNumber>{number}</TSLSequenceNumber>\
             <TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric</TSLType>\
             <SchemeOperatorName><Name xml:lang=\"en\">Agency for Digital Italy</Name>\
             <Name xml:lang=\"it\">Agenzia per l'Italia Digitale</Name></SchemeOperatorName>\
             {POINTERS}<SchemeTerritory>{territory}</SchemeTerritory>\
             <HistoricalInformationPeriod>65535</HistoricalInformationPeriod>\
             <ListIssueDateTime>{issued}</ListIssueDateTime>\
             <NextUpdate><dateTime>{next}</dateTime></NextUpdate></SchemeInformation>",
            number = self.sequence_number,
            territory = self.territory,
            issued = date(self.issued),
            next = date(self.next_update),
        )
    }
}

/// The namespaces as AgID's list declares them.
const ROOT: &str = "<TrustServiceStatusList xmlns=\"http://uri.etsi.org/02231/v2#\" \
    xmlns:ns2=\"http://www.w3.org/2000/09/xmldsig#\" \
    xmlns:ns3=\"http://uri.etsi.org/02231/v2/additionaltypes#\" \
    xmlns:ns4=\"http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#\" \
    Id=\"list\" TSLTag=\"http://uri.etsi.org/19612/TSLTag\">";

/// The list of lists: it has a territory, a type and a name of its own.
const POINTERS: &str = "<PointersToOtherTSL><OtherTSLPointer><TSLLocation>\
    https://ec.europa.eu/tools/lotl/eu-lotl.xml</TSLLocation><AdditionalInformation>\
    <OtherInformation><TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists\
    </TSLType></OtherInformation><OtherInformation><SchemeTerritory>EU</SchemeTerritory>\
    </OtherInformation></AdditionalInformation></OtherTSLPointer></PointersToOtherTSL>";

impl Provider {
    fn xml(&self) -> String {
        let services: String = self.services.iter().map(Service::xml).collect();
        format!(
            "<TrustServiceProvider><TSPInformation><TSPName><Name xml:lang=\"en\">{name}</Name>\
             </TSPName><TSPTradeName><Name xml:lang=\"en\">VATIT-01234567890</Name></TSPTradeName>\
             <TSPAddress><PostalAddresses><PostalAddress xml:lang=\"en\"><StreetAddress>via Prova 1\
             </StreetAddress><Locality>Roma</Locality><CountryName>IT</CountryName></PostalAddress>\
             </PostalAddresses></TSPAddress></TSPInformation>\
             <TSPServices>{services}</TSPServices></TrustServiceProvider>",
            name = text(&self.name),
        )
    }
}

impl Service {
    /// A service by its authority's certificate, in its state since 2020.
    pub fn of(authority: &Authority, name: &str, kind: &str, status: &str) -> Service {
        Service {
            name: name.to_owned(),
            kind: kind.to_owned(),
            status: status.to_owned(),
            since: pki::AUTHORITY_FROM,
            certificates: vec![authority.certificate().to_vec()],
            history: vec![DEPRECATED.to_owned()],
        }
    }

    /// A recognised authority of identity cards.
    pub fn recognised(authority: &Authority, name: &str) -> Service {
        Service::of(authority, name, IDENTITY_VERIFICATION, RECOGNISED)
    }

    fn xml(&self) -> String {
        let history: String = self
            .history
            .iter()
            .map(|status| {
                format!(
                    "<ServiceHistoryInstance>{}</ServiceHistoryInstance>",
                    self.state(status, pki::AUTHORITY_FROM - DAY)
                )
            })
            .collect();
        format!(
            "<TSPService><ServiceInformation>{}</ServiceInformation>\
             <ServiceHistory>{history}</ServiceHistory></TSPService>",
            self.state(&self.status, self.since)
        )
    }

    /// What ServiceInformation and an entry of the history have in common; as in older lists,
    /// the history has certificates, which TS 119 612 §5.6.3 has abolished.
    fn state(&self, status: &str, since: i64) -> String {
        let identities: String = self
            .certificates
            .iter()
            .map(|certificate| {
                format!(
                    "<DigitalId><X509Certificate>{}</X509Certificate></DigitalId>",
                    STANDARD.encode(certificate)
                )
            })
            .collect();
        format!(
            "<ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier><ServiceName>\
             <Name xml:lang=\"en\">{name}</Name></ServiceName><ServiceDigitalIdentity>{identities}\
             <DigitalId><X509SubjectName>{name}</X509SubjectName></DigitalId>\
             </ServiceDigitalIdentity><ServiceStatus>{status}</ServiceStatus>\
             <StatusStartingTime>{since}</StatusStartingTime><SchemeServiceDefinitionURI>\
             <URI xml:lang=\"en\">https://example.it/tl/service</URI></SchemeServiceDefinitionURI>",
            kind = self.kind,
            name = text(&self.name),
            since = date(since),
        )
    }
}

fn text(plain: &str) -> String {
    plain.replace('&', "&amp;").replace('<', "&lt;")
}
