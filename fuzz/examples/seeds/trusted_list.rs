//! Trusted lists: unsigned, for the target to sign, and signed.

use pki::{Authority, Key};
use trusted_lists::{
    DEPRECATED, Form, IDENTITY_VERIFICATION, List, Provider, QUALIFIED, Service, Signer,
};

use crate::Seed;

pub fn lists() -> Vec<Seed> {
    let authority = Authority::new("CA", Key::p256());
    let good = Service {
        history: Vec::new(),
        ..Service::recognised(&authority, "CN=CA, C=IT")
    };
    let list = |services| {
        List::of(vec![Provider {
            name: "Prestatore".to_owned(),
            services,
        }])
    };
    let plain = list(vec![good.clone()]);
    let several = list(vec![
        good.clone(),
        Service {
            certificates: Vec::new(),
            ..good.clone()
        },
        Service {
            certificates: vec![vec![0x30, 0]],
            history: vec![DEPRECATED.to_owned()],
            ..good.clone()
        },
        Service {
            since: 2_000_000_000,
            ..good.clone()
        },
        Service {
            certificates: Vec::new(),
            ..Service::of(&authority, "CN=Q", QUALIFIED, DEPRECATED)
        },
    ]);
    let none = list(vec![Service::of(
        &authority,
        "CN=CA",
        IDENTITY_VERIFICATION,
        DEPRECATED,
    )]);
    let names = plain.xml().replace(
        "<Name xml:lang=\"en\">Prestatore</Name>",
        "<Name xml:lang=\"it\">A&amp;B&#x202e; <![CDATA[<C>]]></Name><Name>D</Name>",
    );
    let markup = plain.xml().replace(
        "<TSPServices>",
        "<!-- a --><?b c?><x:d xmlns:x=\"urn:x\" x:Id='e'/><TSPServices>",
    );
    let by_id = Form {
        canonicalization: "http://www.w3.org/TR/2001/REC-xml-c14n-20010315".to_owned(),
        list_uri: "#list".to_owned(),
        ..Form::default()
    };
    let rsa = Signer::with_key(Key::fresh_rsa());
    vec![
        ("plain", plain.xml().into_bytes()),
        ("several-services", several.xml().into_bytes()),
        ("no-service", none.xml().into_bytes()),
        ("names-of-every-kind", names.into_bytes()),
        ("comments-and-instructions", markup.into_bytes()),
        ("signed", Signer::new().sign(&plain.xml()).into_bytes()),
        ("signed-with-rsa", rsa.sign(&plain.xml()).into_bytes()),
        (
            "signed-by-id",
            Signer::new().sign_as(&plain.xml(), &by_id).into_bytes(),
        ),
    ]
}
