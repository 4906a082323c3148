//! The specifications that every installation has.

use super::{BranchType, Direction, Spec, SpecKind};

type Entry = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str, &'static str)],
    &'static [(&'static str, &'static str)],
);

const TRUNK: (&str, &str, &str) = ("主干分支", "", "与仓库设置 > 分支设置中的默认分支保持一致。");
const FEATURE: (&str, &str, &str) = ("功能分支", "feature/*", "一般一个事项卡对应一个功能分支");

const ALL: &[Entry] = &[
    ("单分支规范", "支持 master 分支", &[TRUNK], &[]),
    ("功能分支规范", "支持 master、feature/* 分支", &[TRUNK, FEATURE], &[("功能分支", "主干分支")]),
    (
        "Gitflow 分支规范",
        "支持 master、develop、feature/*、 release/*、hotfix/* 分支",
        &[
            TRUNK,
            ("开发分支", "develop", "平时开发用的主分支,永远是功能最全最新"),
            FEATURE,
            ("发布分支", "release/*", "一般一次新版本的发布对应一个发布分支"),
            ("热修复分支", "hotfix/*", "从主干分支拉出,用于线上版本的 Bug 修复"),
        ],
        &[
            ("发布分支", "主干分支"),
            ("热修复分支", "主干分支"),
            ("功能分支", "开发分支"),
            ("发布分支", "开发分支"),
            ("热修复分支", "开发分支"),
        ],
    ),
    (
        "GitLab 分支规范",
        "支持 master、feature/*、 *-stable、environment/* 分支",
        &[
            TRUNK,
            FEATURE,
            ("稳定分支", "*-stable", "从主干分支拉出,用于对外发布的稳定版本"),
            ("环境分支", "environment/*", "与部署环境一一对应的分支"),
        ],
        &[("功能分支", "主干分支"), ("主干分支", "稳定分支"), ("主干分支", "环境分支")],
    ),
];

pub(super) fn all() -> impl Iterator<Item = Spec> {
    ALL.iter().map(|(title, description, types, directions)| Spec {
        kind: SpecKind::System,
        title: (*title).to_owned(),
        description: (*description).to_owned(),
        allow_others: false,
        types: types
            .iter()
            .map(|(name, rule, description)| BranchType {
                name: (*name).to_owned(),
                rule: (*rule).to_owned(),
                description: (*description).to_owned(),
            })
            .collect(),
        directions: directions
            .iter()
            .map(|(source, target)| Direction {
                source: (*source).to_owned(),
                target: (*target).to_owned(),
            })
            .collect(),
    })
}

pub(super) fn find(title: &str) -> Option<Spec> {
    all().find(|spec| spec.title == title)
}
