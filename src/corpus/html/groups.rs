//! The lists and tables that are open, and which of them lay out the page.
//!
//! A list or a table is one block, with what it holds, unless it only serves to
//! place paragraphs on the page; then its parts stay blocks of their own. Which
//! it is shows when it ends.

use super::writer::Separator;
use crate::document::BlockKind;

/// A table with more paragraphs than this in one cell lays out a page. Chosen
/// by hand.
const MAX_BLOCKS_IN_CELL: usize = 2;

/// The kind of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    List,
    Table,
}

/// The open groups, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Groups {
    stack: Vec<Group>,
    open_tables: usize,
}

#[derive(Debug)]
struct Group {
    kind: Kind,
    /// The number of its first block.
    first_block: usize,
    /// Its parts stay blocks.
    is_layout: bool,
    holds_table: bool,
    cells_in_row: usize,
    most_cells: usize,
    blocks_in_cell: usize,
}

/// A group that ended as one block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Merged {
    /// The number of the first block that it is made of.
    pub first_block: usize,
    /// What it becomes.
    pub kind: BlockKind,
}

impl Groups {
    /// Opens a group whose first block will have the number `first_block`.
    pub(super) fn begin(&mut self, kind: Kind, first_block: usize) {
        let is_table = kind == Kind::Table;
        if let Some(parent) = self.stack.last_mut() {
            parent.holds_table |= is_table;
            parent.is_layout |= is_table && parent.kind == Kind::Table;
        }
        self.open_tables += usize::from(is_table);
        self.stack.push(Group {
            kind,
            first_block,
            is_layout: false,
            holds_table: false,
            cells_in_row: 0,
            most_cells: 0,
            blocks_in_cell: 0,
        });
    }

    /// Ends the innermost group. Says what becomes of its blocks, if they
    /// become one.
    pub(super) fn end(&mut self) -> Option<Merged> {
        let mut group = self.stack.pop()?;
        let kind = match group.kind {
            Kind::List => BlockKind::List,
            Kind::Table => {
                self.open_tables -= 1;
                group.row();
                group.is_layout |= group.holds_table || group.most_cells < 2;
                BlockKind::Table
            }
        };
        if let Some(parent) = self.stack.last_mut() {
            parent.holds_table |= group.holds_table;
            parent.blocks_in_cell += 1;
            // A single column is a way to set paragraphs, and no reason for
            // the list around it to fall apart.
            parent.is_layout |= group.is_layout && group.kind == Kind::List;
        }
        (!group.is_layout).then_some(Merged { first_block: group.first_block, kind })
    }

    /// The kind of the innermost group.
    pub(super) fn innermost(&self) -> Option<Kind> {
        self.stack.last().map(|group| group.kind)
    }

    /// How many tables are open.
    pub(super) fn open_tables(&self) -> usize {
        self.open_tables
    }

    /// What stands between two blocks here.
    pub(super) fn separator(&self) -> Separator {
        match self.stack.last() {
            Some(Group { is_layout: false, kind: Kind::Table, .. }) => Separator::Space,
            Some(Group { is_layout: false, kind: Kind::List, .. }) => Separator::Line,
            _ => Separator::Paragraph,
        }
    }

    /// A block has ended.
    pub(super) fn block(&mut self, kind: BlockKind) {
        let Some(group) = self.stack.last_mut() else { return };
        group.blocks_in_cell += 1;
        let is_heading = matches!(kind, BlockKind::Heading { .. });
        let is_full = group.kind == Kind::Table && group.blocks_in_cell > MAX_BLOCKS_IN_CELL;
        group.is_layout |= is_heading || is_full;
    }

    /// A row begins.
    pub(super) fn row(&mut self) {
        if let Some(group) = self.stack.last_mut() {
            group.row();
        }
    }

    /// A cell begins.
    pub(super) fn cell(&mut self) {
        if let Some(group) = self.stack.last_mut() {
            group.cells_in_row += 1;
            group.blocks_in_cell = 0;
        }
    }
}

impl Group {
    fn row(&mut self) {
        self.most_cells = self.most_cells.max(self.cells_in_row);
        self.cells_in_row = 0;
        self.blocks_in_cell = 0;
    }
}
