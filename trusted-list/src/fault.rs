//! Why a list is refused.

use cns::rfc3339;

use crate::Fingerprint;

/// The one reason a list was refused, with what a technician needs to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// More bytes than any national list has.
    #[error("the file has {length} bytes, a trusted list at most 16777216: is it the right file?")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// Bytes that are no UTF-8, or a declaration of another encoding (TS 119 612 annex B).
    #[error("the file is not in UTF-8: fetch it again, unconverted")]
    Encoding,
    /// A document type declaration, which a trusted list never has and which can make a
    /// parser read other files or fill memory.
    #[error("the file has a DOCTYPE, which no trusted list has: do not use it")]
    Doctype,
    /// More tags, attributes or namespaces than any national list has.
    #[error("the file has more markup than a trusted list can have: is it the right file?")]
    TooMuchMarkup,
    /// Elements within elements within elements.
    #[error("the file nests its elements deeper than 64 levels: is it the right file?")]
    TooDeep,
    /// Not a well-formed XML document.
    #[error(
        "the file is not well-formed XML (line {line}, column {column}: {what}): fetch it again"
    )]
    NotXml {
        /// Counted from 1; 0 where the parser does not tell.
        line: usize,
        /// Counted from 1; 0 where the parser does not tell.
        column: usize,
        /// The parser's own words.
        what: String,
    },
    /// An XML document of another kind.
    #[error(
        "the file's root element is {root}, not a TrustServiceStatusList: is it the right file?"
    )]
    NotTrustedList {
        /// The local name of its root element.
        root: String,
    },
    /// A comment or processing instruction inside a value: a reader could take part of the
    /// value for the whole.
    #[error(
        "the value of {element} is interrupted by a comment or an instruction: do not use the file"
    )]
    InterruptedValue {
        /// The local name of the element.
        element: String,
    },
    /// Two elements with one Id: a reference to it could mean either.
    #[error("two elements have the Id {id:?}: do not use the file")]
    DuplicateId {
        /// The Id.
        id: String,
    },
    /// The root element has other children than the three it may have (TS 119 612 annex C).
    #[error("{element} does not belong where it stands in {parent}: the file was changed")]
    Misplaced {
        /// The local name of the element.
        element: String,
        /// The local name of the element it stands in.
        parent: String,
    },

    /// No signature at all.
    #[error("the list is not signed: fetch it from where the state publishes it")]
    SignatureAbsent,
    /// More than one signature (TS 119 612 §5.7.1).
    #[error("the list has {count} signatures, a trusted list has one: do not use it")]
    SeveralSignatures {
        /// How many.
        count: usize,
    },
    /// The signature is not the last child of the root element.
    #[error("the signature is not where a trusted list has it: the file was changed")]
    SignatureMoved,
    /// The signature has parts, or leaves parts out, as no trusted list's has.
    #[error("the signature is not of a trusted list's form: {what}")]
    SignatureForm {
        /// What is wrong with it.
        what: String,
    },
    /// A reference to something else than the whole list and the signed properties.
    #[error("the signature speaks of {uri:?}, not of the list and its own signed properties")]
    Reference {
        /// The reference's URI.
        uri: String,
    },
    /// A transform that could take something out of what was signed.
    #[error("the signature takes the transform {algorithm:?}, which is not accepted")]
    Transform {
        /// The transform's URI.
        algorithm: String,
    },
    /// SHA-1 and other weak or unknown algorithms.
    #[error("the signature uses the algorithm {algorithm:?}, which is too weak or unknown")]
    Algorithm {
        /// The algorithm's URI.
        algorithm: String,
    },
    /// The signature brings no certificate of its signer (TS 119 612 §5.7.1).
    #[error("the signature does not bring its signer's certificate")]
    SignerAbsent,
    /// Signed by a certificate that the administrator has not pinned.
    #[error(
        "signed by the certificate with SHA-256 {fingerprint}, which is none of trust_list_signers: \
         if it stands in the Gazzetta Ufficiale as AgID's, add it there; else do not use the list"
    )]
    SignerNotPinned {
        /// Of the first certificate that the signature brings.
        fingerprint: Fingerprint,
    },
    /// The pinned certificate cannot be read.
    #[error("the signer's pinned certificate cannot be read: {0}")]
    SignerMalformed(#[from] cns::Malformed),
    /// RSA outside 2048 to 8192 bits, or neither RSA nor on P-256, P-384, P-521.
    #[error("the signer's key is too weak or of an unknown kind")]
    SignerKeyWeak,
    /// The signer's certificate was over, or had not begun.
    #[error(
        "the signer's certificate is valid from {} to {}, not at {}: fetch a newer list, and check \
         this machine's clock",
        rfc3339(*.not_before), rfc3339(*.not_after), rfc3339(*.at)
    )]
    SignerNotValid {
        /// First second of its validity, Unix time.
        not_before: i64,
        /// Last second of its validity, Unix time.
        not_after: i64,
        /// The time it was judged at, Unix time.
        at: i64,
    },
    /// What was signed is not what stands there.
    #[error("the list or its signed properties were changed after signing: fetch it again")]
    Changed,
    /// The signature's value is not by the pinned certificate's key.
    #[error("the signature was not made with the pinned certificate's key: do not use the list")]
    SignatureInvalid,

    /// An element that the standard demands is not there exactly once.
    #[error("the list does not have {element} exactly once")]
    Missing {
        /// The local name of the element.
        element: &'static str,
    },
    /// A value that is not what its element holds.
    #[error("the list's {element} cannot be read: {value:?}")]
    Value {
        /// The local name of the element.
        element: &'static str,
        /// What stands there, at most 100 characters of it.
        value: String,
    },
    /// Something in it that must be understood to read it, and is not (TS 119 612 annex B).
    #[error("the list has the critical extension {extension}, which is not understood")]
    CriticalExtension {
        /// The local name of what it holds.
        extension: String,
    },
    /// Neither version 5 nor 6 (TS 119 612 §5.3.1).
    #[error("the list is of version {version}; 5 and 6 are understood: is there a newer Tessera?")]
    Version {
        /// What it says it is.
        version: u64,
    },
    /// Not a state's list, such as the EU's list of lists (TS 119 612 §5.3.3).
    #[error("a list of type {kind:?}, not a state's list of trust services")]
    Kind {
        /// Its TSLType.
        kind: String,
    },
    /// The list was closed: it names no next update (TS 119 612 §5.3.15).
    #[error("the list was closed by its publisher: find out what takes its place")]
    Closed,
    /// Not one service of type IdV, recognised, in validity and with a certificate.
    #[error("the list holds no recognised IdV service that can be used: is it Italy's?")]
    NoService,

    /// A list of another state than the one in force.
    #[error("a list of {territory}, while the one in force is of {previous}")]
    OtherTerritory {
        /// Of this list.
        territory: String,
        /// Of the list in force.
        previous: String,
    },
    /// Its number is lower than that of the list in force (TS 119 612 §5.3.2).
    #[error("the list has number {number}, older than the one in force ({previous})")]
    OlderNumber {
        /// Of this list.
        number: u64,
        /// Of the list in force.
        previous: u64,
    },
    /// It was issued before the list in force (TS 119 612 §5.3.14).
    #[error(
        "the list was issued at {}, before the one in force ({})",
        rfc3339(*.issued), rfc3339(*.previous)
    )]
    OlderIssue {
        /// Of this list, Unix time.
        issued: i64,
        /// Of the list in force, Unix time.
        previous: i64,
    },
    /// It lost more services than may vanish at once.
    #[error(
        "the list keeps {services} of the {previous} services in force: more than \
         {max_percent} % are gone; look at which before you allow it"
    )]
    Shrunk {
        /// Those of the list in force that this one has, too.
        services: usize,
        /// All of the list in force that are of use.
        previous: usize,
        /// The share that may vanish.
        max_percent: u8,
    },
}
