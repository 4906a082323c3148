//! What Git is to ignore in a new depot, by language.

/// What Git is to ignore in a new depot, by language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignore {
    /// Android.
    Android,
    /// C and C++.
    C,
    /// .NET.
    DotNet,
    /// Go.
    Go,
    /// Java and Kotlin.
    Java,
    /// Node.js.
    Node,
    /// Python.
    Python,
    /// Ruby.
    Ruby,
    /// Rust.
    Rust,
}

impl Ignore {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Android,
        Self::C,
        Self::DotNet,
        Self::Go,
        Self::Java,
        Self::Node,
        Self::Python,
        Self::Ruby,
        Self::Rust,
    ];

    /// The name by which it is chosen.
    pub fn key(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::C => "c",
            Self::DotNet => "dotnet",
            Self::Go => "go",
            Self::Java => "java",
            Self::Node => "node",
            Self::Python => "python",
            Self::Ruby => "ruby",
            Self::Rust => "rust",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Android => "Android",
            Self::C => "C and C++",
            Self::DotNet => ".NET",
            Self::Go => "Go",
            Self::Java => "Java and Kotlin",
            Self::Node => "Node.js",
            Self::Python => "Python",
            Self::Ruby => "Ruby",
            Self::Rust => "Rust",
        }
    }

    /// The one of this key, case ignored, if there is one.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.key().eq_ignore_ascii_case(key))
    }

    /// The text of the file.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Android => include_str!("../../data/ignores/android.gitignore"),
            Self::C => include_str!("../../data/ignores/c.gitignore"),
            Self::DotNet => include_str!("../../data/ignores/dotnet.gitignore"),
            Self::Go => include_str!("../../data/ignores/go.gitignore"),
            Self::Java => include_str!("../../data/ignores/java.gitignore"),
            Self::Node => include_str!("../../data/ignores/node.gitignore"),
            Self::Python => include_str!("../../data/ignores/python.gitignore"),
            Self::Ruby => include_str!("../../data/ignores/ruby.gitignore"),
            Self::Rust => include_str!("../../data/ignores/rust.gitignore"),
        }
    }
}
