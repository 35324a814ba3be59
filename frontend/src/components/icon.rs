//! The portal's few icons; always beside words, so that nothing depends on seeing them.

use leptos::prelude::*;

use crate::erased::Erase;

/// A drawing on a 24 × 24 field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // what they show
pub enum Shape {
    Card,
    Key,
    Search,
    Menu,
    Close,
    Warning,
    Done,
    Person,
    Document,
    Arrow,
    Phone,
    Lock,
    Gear,
    People,
    Info,
}

impl Shape {
    /// Every drawing.
    pub const ALL: [Shape; 15] = [
        Shape::Card,
        Shape::Key,
        Shape::Search,
        Shape::Menu,
        Shape::Close,
        Shape::Warning,
        Shape::Done,
        Shape::Person,
        Shape::Document,
        Shape::Arrow,
        Shape::Phone,
        Shape::Lock,
        Shape::Gear,
        Shape::People,
        Shape::Info,
    ];

    fn path(self) -> &'static str {
        match self {
            Shape::Card => {
                "M3 5h18a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zm.5 1.5v11h17v-11zM6 9h5v4H6zm7.500 5.500h5V16h-5zM6 14.500h5V16H6zM13.500 9h5v1.500h-5z"
            }
            Shape::Key => {
                "M14.500 2.500a7 7 0 0 0-6.700 9L2.500 16.800V21.500h4.700v-2.500h2.500v-2.500h2.300l.9-1a7 7 0 1 0 1.600-13zm0 1.500a5.500 5.500 0 1 1-1.900 10.600l-.5-.2-1 1.600H8.200v2.500H5.700V20H4v-2.600l5.600-5.600-.2-.6A5.500 5.500 0 0 1 14.500 4zM16.500 6a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3z"
            }
            Shape::Search => {
                "M10 3a7 7 0 1 0 4.300 12.500l5.600 5.600 1.100-1.100-5.600-5.600A7 7 0 0 0 10 3zm0 1.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11z"
            }
            Shape::Menu => "M3 5.500h18V7H3zm0 5.700h18v1.500H3zm0 5.800h18v1.500H3z",
            Shape::Close => {
                "M5.600 4.500 12 10.900l6.400-6.400 1.100 1.100L13.100 12l6.400 6.400-1.100 1.100L12 13.100l-6.400 6.400-1.100-1.100L10.900 12 4.500 5.600z"
            }
            Shape::Warning => {
                "M12 2.500 1.500 21h21zm0 3L20 19.500H4zM11.200 10h1.600v5h-1.600zm0 6.300h1.600v1.600h-1.600z"
            }
            Shape::Done => {
                "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 1.500a8.500 8.500 0 1 1 0 17 8.500 8.500 0 0 1 0-17zm4.600 4.800-5.800 6-3.300-3.200-1 1.100 4.300 4.200 6.900-7z"
            }
            Shape::Person => {
                "M12 2.500a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM12 4a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zm0 10c-4.700 0-8.500 2.900-8.500 6.500v1h17v-1C20.500 16.900 16.700 14 12 14zm0 1.500c3.500 0 6.300 1.900 6.900 4.500H5.100c.6-2.600 3.400-4.500 6.900-4.500z"
            }
            Shape::Document => {
                "M5 2.500h9.500L19 7v14.500H5zM6.500 4v16h11V8h-4V4zm8.500.8V6.500h1.700zM8.500 11h7v1.500h-7zm0 3.500h7V16h-7z"
            }
            Shape::Arrow => {
                "m13.500 5 7 7-7 7-1.100-1.100 5.200-5.200H3.500v-1.500h14.100l-5.200-5.100z"
            }
            Shape::Phone => {
                "M6.600 2.500 3 6.100c-.3 4 1.500 8 4.700 11.100 3.100 3.200 7.100 4.900 11.200 4.700l3.600-3.600-4.900-4.100-2.600 1.900a14 14 0 0 1-6.600-6.600l1.900-2.600zm-.1 2.200 1.900 2.300-1.700 2.300.2.500a15.400 15.400 0 0 0 8.300 8.300l.5.2 2.300-1.700 2.300 1.900-2 2c-3.400.1-6.800-1.500-9.500-4.200S4.400 10.200 4.500 6.800z"
            }
            Shape::Lock => {
                "M12 2a5 5 0 0 0-5 5v3H4.500v11.500h15V10H17V7a5 5 0 0 0-5-5zm0 1.500A3.500 3.500 0 0 1 15.500 7v3h-7V7A3.500 3.500 0 0 1 12 3.500zm-6 8h12V20H6zm5.200 2.500v3.500h1.600V14z"
            }
            Shape::Gear => {
                "M2.500 4h19v12h-8.700v2.500h4V20H7.200v-1.500h4V16H2.500zM4 5.500v9h16v-9z"
            }
            Shape::People => {
                "M9 4a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zm0 1.500a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a3 3 0 0 0-.8 5.900l.4-1.500A1.500 1.500 0 1 1 16 7zM9 12.500c-3.700 0-6.500 2.300-6.500 5.200V19h13v-1.300c0-2.900-2.800-5.200-6.500-5.200zm0 1.500c2.500 0 4.500 1.500 4.900 3.500H4.100c.4-2 2.400-3.500 4.900-3.500zm7.500-1.500v1.500c2 .2 3.500 1.500 3.500 3.500h-2.500V19H21.500v-1.500c0-3-2.200-5-5-5z"
            }
            Shape::Info => {
                "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 1.500a8.500 8.500 0 1 1 0 17 8.500 8.500 0 0 1 0-17zM11.200 7h1.600v1.700h-1.600zm0 3.500h1.600V17h-1.600z"
            }
        }
    }
}

/// An icon beside words.
#[component]
pub fn Icon(
    /// What it shows.
    shape: Shape,
) -> impl IntoView {
    view! {
        <svg class="ts-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=shape.path() fill="currentColor" fill-rule="evenodd"></path>
        </svg>
    }
    .erased()
}
