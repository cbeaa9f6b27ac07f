//! What happens to an object.

/// A change to one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// The object goes.
    Drop,
    /// The object is changed where it stands.
    Alter,
    /// The object comes.
    Create,
    /// The object goes and comes again: nothing in place leads from one state to the other.
    Rebuild,
}

impl Verb {
    /// Whether the object comes, perhaps in the place of an old one.
    pub fn comes(self) -> bool {
        matches!(self, Verb::Create | Verb::Rebuild)
    }

    /// Whether the object goes, perhaps to come again.
    pub fn goes(self) -> bool {
        matches!(self, Verb::Drop | Verb::Rebuild)
    }
}
