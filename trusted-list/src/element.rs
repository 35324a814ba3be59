//! An element of the parsed list, looked at from its parent down.

use uppsala::{Document, NodeId, NodeKind};

use crate::Fault;

/// The elements of trusted lists (TS 119 612 annex C).
pub(crate) const TSL: &str = "http://uri.etsi.org/02231/v2#";
/// The elements of XML signatures.
pub(crate) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The elements of XAdES (EN 319 132-1).
pub(crate) const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
/// The elements of exclusive canonicalisation.
pub(crate) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// The attribute `xml:lang`.
pub(crate) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// An element in the tree that is verified and read.
#[derive(Clone, Copy)]
pub(crate) struct Element<'d> {
    document: &'d Document<'d>,
    node: NodeId,
    inner: &'d uppsala::Element<'d>,
}

impl<'d> Element<'d> {
    pub(crate) fn root(document: &'d Document<'d>) -> Option<Element<'d>> {
        Element::at(document, document.document_element()?)
    }

    fn at(document: &'d Document<'d>, node: NodeId) -> Option<Element<'d>> {
        Some(Element {
            document,
            node,
            inner: document.element(node)?,
        })
    }

    pub(crate) fn node(&self) -> NodeId {
        self.node
    }

    /// Its attributes and the namespaces it declares.
    pub(crate) fn inner(&self) -> &'d uppsala::Element<'d> {
        self.inner
    }

    pub(crate) fn local_name(&self) -> &'d str {
        &self.inner.name.local_name
    }

    pub(crate) fn is(&self, namespace: &str, local_name: &str) -> bool {
        self.inner.matches_name_ns(namespace, local_name)
    }

    /// The value of an attribute without namespace.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'d str> {
        let mut attributes = self.inner.attributes.iter();
        attributes
            .find(|attribute| {
                attribute.name.namespace_uri.is_none() && attribute.name.local_name == name
            })
            .map(|attribute| attribute.value.as_ref())
    }

    /// Its child elements, in the document's order.
    pub(crate) fn children(&self) -> impl Iterator<Item = Element<'d>> + use<'d> {
        let document = self.document;
        let children = document.children_iter(self.node);
        children.filter_map(move |node| Element::at(document, node))
    }

    /// Its child elements of one name.
    pub(crate) fn all(
        &self,
        namespace: &'static str,
        local_name: &'static str,
    ) -> impl Iterator<Item = Element<'d>> + use<'d> {
        self.children()
            .filter(move |child| child.is(namespace, local_name))
    }

    /// The one child of a trusted list's own name: neither absent nor there twice.
    pub(crate) fn one(&self, local_name: &'static str) -> Result<Element<'d>, Fault> {
        let mut found = self.all(TSL, local_name);
        match (found.next(), found.next()) {
            (Some(child), None) => Ok(child),
            _ => Err(Fault::Missing {
                element: local_name,
            }),
        }
    }

    /// Its own text, without white space around it.
    ///
    /// Comments and instructions cannot stand between two pieces of it: such a document is
    /// refused (`document.rs`).
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for node in self.document.children_iter(self.node) {
            if let Some(NodeKind::Text(piece) | NodeKind::CData(piece)) =
                self.document.node_kind(node)
            {
                text.push_str(piece);
            }
        }
        text.trim_matches([' ', '\t', '\r', '\n']).to_owned()
    }

    /// Whether a comment or instruction stands directly in it.
    pub(crate) fn is_interrupted(&self) -> bool {
        let mut nodes = self.document.children_iter(self.node);
        nodes.any(|node| {
            matches!(
                self.document.node_kind(node),
                Some(NodeKind::Comment(_) | NodeKind::ProcessingInstruction(_))
            )
        })
    }
}
