//! What is installed and taken away again as one: files, and values of the registry.

/// Files of one folder and values of the registry that come and go together.
#[derive(Debug)]
pub struct Component {
    /// Its name in the package's tables.
    pub name: &'static str,
    /// The folder of its file.
    pub folder: Folder,
    /// Its file; none where it is values alone.
    pub file: Option<&'static str>,
    /// The values it writes.
    pub values: Vec<Value>,
    /// Only where this holds when it is installed, in Windows Installer's own words.
    pub condition: Option<&'static str>,
}

/// Where a file comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// The product's own.
    Programs,
    /// The one above it, where it is the person's.
    Above,
    /// That of the person's policy.
    Policy,
}

/// A value of the registry, in the part that the package's scope has.
#[derive(Debug, PartialEq, Eq)]
pub struct Value {
    /// The key, below `HKLM` or `HKCU`.
    pub key: String,
    /// Its name; none for a key's own value.
    pub name: Option<String>,
    /// Its text, in which Windows Installer puts properties for names in brackets.
    pub text: String,
}

impl Component {
    /// A file of the product's folder.
    pub fn file(name: &'static str, file: &'static str) -> Component {
        Component {
            name,
            folder: Folder::Programs,
            file: Some(file),
            values: Vec::new(),
            condition: None,
        }
    }

    /// A folder that is taken away again when it is empty, as the product's own is by itself.
    pub fn folder(name: &'static str, folder: Folder) -> Component {
        Component {
            folder,
            ..Component::values(name, Vec::new())
        }
    }

    /// Values alone.
    pub fn values(name: &'static str, values: Vec<Value>) -> Component {
        Component {
            name,
            folder: Folder::Programs,
            file: None,
            values,
            condition: None,
        }
    }

    /// The same, with these values.
    pub fn with(mut self, values: Vec<Value>) -> Component {
        self.values = values;
        self
    }

    /// The same, only where this holds.
    pub fn only(mut self, condition: &'static str) -> Component {
        self.condition = Some(condition);
        self
    }
}

impl Value {
    /// A key's own value.
    pub fn of_key(key: String, text: String) -> Value {
        Value {
            key,
            name: None,
            text,
        }
    }

    /// A named value.
    pub fn named(key: &str, name: &str, text: String) -> Value {
        Value {
            key: key.to_owned(),
            name: Some(name.to_owned()),
            text,
        }
    }
}

/// A text as it is, of which Windows Installer is to make nothing else.
pub fn literal(text: &str) -> String {
    let mut literal = String::new();
    for letter in text.chars() {
        match letter {
            '[' | ']' | '{' | '}' => literal.extend(['[', '\\', letter, ']']),
            _ => literal.push(letter),
        }
    }
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_of_an_address_name_no_property() {
        assert_eq!(literal("http://[::1]:8080/"), r"http://[\[]::1[\]]:8080/");
        assert_eq!(literal("https://a.example/"), "https://a.example/");
    }
}
