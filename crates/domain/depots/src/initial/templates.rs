//! Small projects to start from. Each builds, runs and has a test.

use super::{Given, Ignore};

/// A small project to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// Spring Boot, in Java.
    Spring,
    /// Ruby on Rails.
    Rails,
    /// Sinatra, in Ruby.
    Sinatra,
    /// Node.js, in JavaScript.
    NodeJs,
    /// Android, in Kotlin.
    Android,
    /// Flask, in Python.
    Flask,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Spring, Self::Rails, Self::Sinatra, Self::NodeJs, Self::Android, Self::Flask];

    /// The name by which it is chosen, in upper case.
    pub fn key(self) -> &'static str {
        match self {
            Self::Spring => "SPRING",
            Self::Rails => "ROR",
            Self::Sinatra => "SINATRA",
            Self::NodeJs => "NODEJS",
            Self::Android => "ANDROID",
            Self::Flask => "FLASK",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Spring => "Spring",
            Self::Rails => "Ruby on Rails",
            Self::Sinatra => "Ruby Sinatra",
            Self::NodeJs => "Node.js",
            Self::Android => "Android",
            Self::Flask => "Python",
        }
    }

    /// The one of this key, case ignored, if there is one.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.key().eq_ignore_ascii_case(key))
    }

    /// Its files.
    pub(super) fn files(self) -> Vec<Given> {
        let (files, ignore) = match self {
            Self::Spring => (SPRING, Ignore::Java),
            Self::Rails => (ROR, Ignore::Ruby),
            Self::Sinatra => (SINATRA, Ignore::Ruby),
            Self::NodeJs => (NODEJS, Ignore::Node),
            Self::Android => (ANDROID, Ignore::Android),
            Self::Flask => (FLASK, Ignore::Python),
        };
        let ignore = (".gitignore", ignore.text());
        files.iter().copied().chain([ignore]).collect()
    }
}

/// The files of a directory beside the source.
macro_rules! files {
    ($directory:literal: $($path:literal)*) => {
        &[$(($path, include_str!(concat!("../../data/templates/", $directory, "/", $path)))),*]
    };
}

const SPRING: &[Given] = files! { "spring":
    "README.md"
    "pom.xml"
    "src/main/java/com/example/app/Application.java"
    "src/main/java/com/example/app/HelloController.java"
    "src/main/resources/application.properties"
    "src/test/java/com/example/app/HelloControllerTest.java"
};

const ROR: &[Given] = files! { "rails":
    "Gemfile"
    "README.md"
    "Rakefile"
    "app/controllers/application_controller.rb"
    "app/controllers/hello_controller.rb"
    "app/views/hello/show.html.erb"
    "app/views/layouts/application.html.erb"
    "bin/rails"
    "config.ru"
    "config/application.rb"
    "config/boot.rb"
    "config/environment.rb"
    "config/routes.rb"
    "test/controllers/hello_controller_test.rb"
    "test/test_helper.rb"
};

const SINATRA: &[Given] = files! { "sinatra":
    "Gemfile"
    "README.md"
    "Rakefile"
    "app.rb"
    "config.ru"
    "test/app_test.rb"
};

const NODEJS: &[Given] = files! { "nodejs":
    "README.md"
    "package.json"
    "src/app.js"
    "src/main.js"
    "test/app.test.js"
};

const ANDROID: &[Given] = files! { "android":
    "README.md"
    "app/build.gradle.kts"
    "app/src/main/AndroidManifest.xml"
    "app/src/main/java/com/example/app/Greeting.kt"
    "app/src/main/java/com/example/app/MainActivity.kt"
    "app/src/main/res/layout/main.xml"
    "app/src/main/res/values/strings.xml"
    "app/src/test/java/com/example/app/GreetingTest.kt"
    "build.gradle.kts"
    "gradle.properties"
    "settings.gradle.kts"
};

const FLASK: &[Given] = files! { "flask":
    "README.md"
    "app/__init__.py"
    "pytest.ini"
    "requirements.txt"
    "tests/test_app.py"
    "wsgi.py"
};
