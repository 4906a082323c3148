//! What the files of a project must know of each other's data flow. Holds no path:
//! files are put together when joining.

use serde::{Deserialize, Serialize};

use super::{FlowStep, RawFinding, Span};

/// In the place of a parameter: what the function yields whatever it is given.
pub(crate) const YIELDS: u8 = 255;

/// What a file tells others of its data flow, and asks of them. Sets of rules are
/// bits that stand for places in [`rules`](Self::rules); with all bits they stand
/// for every rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// The package or namespace that the file says it is in; may be empty.
    pub package: String,
    /// Ids of the rules that sets are about, at most 63.
    pub rules: Vec<String>,
    /// Functions that do something others cannot take for granted.
    pub functions: Vec<FlowFunction>,
    /// Data from outside that goes into functions of other files.
    pub calls: Vec<OpenCall>,
    /// Findings that hang on what functions of other files do.
    pub flows: Vec<OpenFlow>,
    /// Keys and values, where the file is a configuration: (key, value), in order.
    pub settings: Vec<(String, String)>,
    /// Findings that hang on a configuration.
    pub asked: Vec<AskedSetting>,
    /// The same of rules that a team wrote, which have lists of their own; never has
    /// more of it inside.
    pub own: Option<Box<Self>>,
}

impl Links {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty()
            && self.calls.is_empty()
            && self.flows.is_empty()
            && self.settings.is_empty()
            && self.asked.is_empty()
            && self.own.is_none()
    }
}

/// What a function does with data. Others assume that it hands on what it is given
/// and yields nothing of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowFunction {
    /// Its class; empty for a plain function.
    pub owner: String,
    /// What the class extends and implements.
    pub supers: Vec<String>,
    /// Its name.
    pub name: String,
    /// Parameters, without the object.
    pub arity: u8,
    /// Parameters (254: the object) that it hands on, each with the rules for which
    /// it makes them harmless on the way.
    pub passes: Vec<(u8, u64)>,
    /// The rules for which it yields data from outside, and how that comes in.
    pub yields: Option<(u64, Vec<FlowStep>)>,
    /// Parameters that get to where they do harm.
    pub sinks: Vec<FlowSink>,
}

/// A parameter of a function that gets to where it does harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowSink {
    /// The parameter (254: the object).
    pub parameter: u8,
    /// What is found if the parameter is data from outside; its flow begins at the
    /// parameter.
    pub finding: RawFinding,
}

/// A function of another file, as far as a call names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FlowCallee {
    /// Class or module; may have the path of its package before it.
    pub owner: String,
    /// The function's name.
    pub name: String,
    /// How many arguments it is given.
    pub arity: u8,
}

/// Data from outside that goes into a function of another file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCall {
    /// The function.
    pub callee: FlowCallee,
    /// The argument (254: the object).
    pub place: u8,
    /// The rules for which the data is dangerous.
    pub rules: u64,
    /// How the data gets there.
    pub steps: Vec<FlowStep>,
}

/// A finding that hangs on what functions of other files do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFlow {
    /// Its rule, as a place in [`Links::rules`].
    pub rule: u8,
    /// The finding, where it is one only if all of it is known to hold.
    pub finding: Option<RawFinding>,
    /// Otherwise where the finding stands that does not hold if some of it is known
    /// not to.
    pub at: Span,
    /// Functions, and what they must hand on (255: yield).
    pub needs: Vec<(FlowCallee, u8)>,
}

/// A finding that hangs on what a configuration says under a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedSetting {
    /// The finding.
    pub finding: RawFinding,
    /// The key.
    pub key: String,
    /// What is taken where there is none.
    pub default: Option<String>,
    /// The expression that the value must match, or must not.
    pub test: String,
    /// Whether it must match.
    pub wanted: bool,
}
