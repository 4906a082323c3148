//! A small language for tables, rendered for either database.

use sea_orm::DbBackend;
use sea_orm::sea_query::{
    ColumnDef, Expr, ForeignKey, ForeignKeyCreateStatement, Index, IndexCreateStatement, Table,
    TableAlterStatement, TableCreateStatement,
};

pub use sea_orm::sea_query::ForeignKeyAction;

/// What one migration does, in order.
#[derive(Debug, Default)]
pub struct Schema {
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) enum Step {
    Table(Box<TableDef>),
    Index(Box<IndexCreateStatement>),
    Alter(Box<TableAlterStatement>),
    Drop(String),
}

/// A table to be made.
#[derive(Debug)]
pub struct TableDef {
    name: String,
    columns: Vec<ColumnDef>,
    texts: Vec<String>,
    primary_key: Option<Vec<String>>,
    references: Vec<(String, String, ForeignKeyAction)>,
    pub(crate) indexes: Vec<IndexCreateStatement>,
}

impl Schema {
    /// Makes the table `name`; its columns follow by chaining.
    pub fn table(&mut self, name: &str) -> &mut TableDef {
        self.steps.push(Step::Table(Box::new(TableDef {
            name: name.to_owned(),
            columns: Vec::new(),
            texts: Vec::new(),
            primary_key: None,
            references: Vec::new(),
            indexes: Vec::new(),
        })));
        match self.steps.last_mut() {
            Some(Step::Table(table)) => table,
            _ => unreachable!("a table was pushed just before"),
        }
    }

    /// Adds a column to a table that exists; with NOT NULL it needs a default.
    pub fn add_column(&mut self, table: &str, column: ColumnDef) -> &mut Self {
        let statement = Table::alter().table(table.to_owned()).add_column(column).to_owned();
        self.steps.push(Step::Alter(Box::new(statement)));
        self
    }

    /// Adds an index to a table that exists.
    pub fn index(&mut self, table: &str, columns: &[&str], unique: bool) -> &mut Self {
        self.steps.push(Step::Index(Box::new(index(table, columns, unique))));
        self
    }

    /// Drops a table.
    pub fn drop_table(&mut self, name: &str) -> &mut Self {
        self.steps.push(Step::Drop(name.to_owned()));
        self
    }
}

impl TableDef {
    /// `id`: a 64-bit integer that the database counts up; the primary key.
    pub fn id(&mut self) -> &mut Self {
        self.columns.push(
            ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key().to_owned(),
        );
        self
    }

    /// A text that is always there.
    pub fn text(&mut self, name: &str) -> &mut Self {
        self.texts.push(name.to_owned());
        self.push(ColumnDef::new(name.to_owned()).text().not_null().to_owned())
    }

    /// A text or nothing.
    pub fn text_or_null(&mut self, name: &str) -> &mut Self {
        self.texts.push(name.to_owned());
        self.push(ColumnDef::new(name.to_owned()).text().to_owned())
    }

    /// A 64-bit integer that is always there; also ids, and moments in
    /// milliseconds.
    pub fn big(&mut self, name: &str) -> &mut Self {
        self.push(ColumnDef::new(name.to_owned()).big_integer().not_null().to_owned())
    }

    /// A 64-bit integer or nothing.
    pub fn big_or_null(&mut self, name: &str) -> &mut Self {
        self.push(ColumnDef::new(name.to_owned()).big_integer().to_owned())
    }

    /// A 64-bit float that is always there.
    pub fn double(&mut self, name: &str) -> &mut Self {
        self.push(ColumnDef::new(name.to_owned()).double().not_null().to_owned())
    }

    /// True or false.
    pub fn boolean(&mut self, name: &str) -> &mut Self {
        self.push(ColumnDef::new(name.to_owned()).boolean().not_null().to_owned())
    }

    /// Bytes that are always there.
    pub fn bytes(&mut self, name: &str) -> &mut Self {
        self.push(ColumnDef::new(name.to_owned()).blob().not_null().to_owned())
    }

    /// Bytes or nothing.
    pub fn bytes_or_null(&mut self, name: &str) -> &mut Self {
        self.push(ColumnDef::new(name.to_owned()).blob().to_owned())
    }

    /// The primary key of a table without [`TableDef::id`].
    pub fn primary_key(&mut self, columns: &[&str]) -> &mut Self {
        self.primary_key = Some(columns.iter().map(|&column| column.to_owned()).collect());
        self
    }

    /// `column` holds the `id` of a row of `table`; `on_delete` says what
    /// happens to this row when that one goes.
    pub fn references(
        &mut self,
        column: &str,
        table: &str,
        on_delete: ForeignKeyAction,
    ) -> &mut Self {
        self.references.push((column.to_owned(), table.to_owned(), on_delete));
        self
    }

    /// No two rows share these values.
    pub fn unique(&mut self, columns: &[&str]) -> &mut Self {
        let index = index(&self.name, columns, true);
        self.indexes.push(index);
        self
    }

    /// Rows are looked for by these columns, in this order.
    pub fn indexed(&mut self, columns: &[&str]) -> &mut Self {
        let index = index(&self.name, columns, false);
        self.indexes.push(index);
        self
    }

    fn push(&mut self, column: ColumnDef) -> &mut Self {
        self.columns.push(column);
        self
    }

    pub(crate) fn statement(&self, backend: DbBackend) -> TableCreateStatement {
        let mut statement = Table::create();
        statement.table(self.name.clone());
        for column in &self.columns {
            let mut column = column.clone();
            let is_text = self.texts.iter().any(|name| name == &column.get_column_name());
            if is_text && backend == DbBackend::Postgres {
                // Texts compare by their bytes, as on SQLite, whatever the
                // language of the database server.
                column.extra("COLLATE \"C\"");
            }
            statement.col(column);
        }
        if let Some(columns) = &self.primary_key {
            let mut key = Index::create();
            for column in columns {
                key.col(column.clone());
            }
            statement.primary_key(&mut key);
        }
        for (column, table, on_delete) in &self.references {
            let mut key: ForeignKeyCreateStatement = ForeignKey::create();
            key.from(self.name.clone(), column.clone())
                .to(table.clone(), "id")
                .on_delete(*on_delete);
            statement.foreign_key(&mut key);
        }
        // A check keeps SQLite's loose typing from storing an empty name.
        if self.columns.iter().any(|column| column.get_column_name() == "name") {
            statement.check(Expr::cust("name <> ''"));
        }
        statement
    }
}

fn index(table: &str, columns: &[&str], unique: bool) -> IndexCreateStatement {
    let mut index = Index::create();
    let kind = if unique { "key" } else { "idx" };
    index.name(format!("{table}_{}_{kind}", columns.join("_"))).table(table.to_owned());
    for &column in columns {
        index.col(column.to_owned());
    }
    if unique {
        index.unique();
    }
    index
}
