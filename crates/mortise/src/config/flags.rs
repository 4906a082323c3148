//! The settings that were given on the command line.

use std::collections::BTreeMap;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::settings::SETTINGS;

/// Settings given as flags; every command that touches an installation takes
/// all of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flags(pub(super) BTreeMap<&'static str, String>);

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for setting in SETTINGS {
            if let Some(value) = matches.get_one::<String>(setting.name) {
                self.0.insert(setting.name, value.clone());
            }
        }
        Ok(())
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        augment(command, |_| true)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The same for commands beside the server: they take every setting, so that
/// one line can be used for both, and show those that matter to them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beside(pub(crate) Flags);

impl FromArgMatches for Beside {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Flags::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl Args for Beside {
    fn augment_args(command: Command) -> Command {
        augment(command, |name| matches!(name, "config" | "data-dir" | "database-url" | "team"))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn augment(command: Command, is_shown: impl Fn(&str) -> bool) -> Command {
    SETTINGS.iter().fold(command, |command, setting| {
        let mut help = setting.help.to_owned();
        if !setting.default.is_empty() {
            help = format!("{help} [default: {}]", setting.default);
        }
        let arg = Arg::new(setting.name)
            .long(setting.name)
            .value_name(setting.value)
            .help(help)
            .help_heading("Settings")
            .hide(!is_shown(setting.name));
        command.arg(arg)
    })
}
