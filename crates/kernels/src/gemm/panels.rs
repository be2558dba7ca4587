//! How columns and rows are cut into panels.
//!
//! With fused multiply-add, nine sums hide the latency of an addition that eight do not: a tile of 3 × 12 reaches 96 % of the peak on a
//! Xeon where 4 × 8 reaches 86 %. Without, 4 × 8 is the faster (98 against 83 %), and so it is where few columns leave many over.

use super::PANEL;

/// Whether `madd` is one instruction.
pub const FUSED: bool = cfg!(target_feature = "relaxed-simd");

/// Columns of a wide panel: three vectors.
pub const WIDE: usize = 12;

/// Fewer columns than this are cut into narrow panels alone.
const WORTH_WIDE: usize = 96;

/// Rows of a panel of a packed left-hand side, which is multiplied with narrow panels only.
pub const ROWS: usize = 4;

/// Some neighbouring columns of a right-hand side, packed together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Panel {
    /// The first column; the panel begins at `column · k` values.
    pub column: usize,
    /// [`PANEL`] or [`WIDE`].
    pub width: usize,
}

/// Whether a width is [`WIDE`]: never in a build that has no wide panels, which therefore holds no kernels for them.
#[inline(always)]
pub fn is_wide(width: usize) -> bool {
    FUSED && width == WIDE
}

/// Panels of one width beside each other.
#[derive(Clone, Copy)]
pub struct Run {
    pub column: usize,
    pub width: usize,
    pub count: usize,
}

/// The panels of some columns, in groups that are packed each by itself: in each the wide ones, then the narrow ones. A group's panels
/// together have its columns rounded up to whole [`PANEL`]s.
#[derive(Clone, Copy)]
pub struct Panels {
    /// Panels in each group.
    wide: usize,
    narrow: usize,
    groups: usize,
}

impl Panels {
    /// The panels of one group of `n` columns.
    pub fn of(n: usize) -> Self {
        Self::of_groups(n, n)
    }

    /// The panels of `n` columns, narrow ones only.
    pub fn narrow(n: usize) -> Self {
        Self { wide: 0, narrow: n.div_ceil(PANEL), groups: 1 }
    }

    /// The panels of `n` columns in groups of `group`, a multiple of [`PANEL`] if there are several.
    pub fn of_groups(n: usize, group: usize) -> Self {
        // Rounded up first: what is packed from `n` columns may be multiplied as all that they are padded to.
        let padded = group.next_multiple_of(PANEL);
        if !FUSED || padded < WORTH_WIDE {
            // All panels are alike, so the groups make one.
            return Self::narrow(n);
        }
        // 12a + 8b with the fewest narrow ones: 0, 8 or 16 columns.
        let narrow = match padded % WIDE {
            0 => 0,
            8 => 1,
            _ => 2,
        };
        Self { wide: (padded - narrow * PANEL) / WIDE, narrow, groups: n.div_ceil(padded) }
    }

    pub fn groups(self) -> usize {
        self.groups
    }

    /// Columns of a group, padded.
    pub fn group(self) -> usize {
        self.wide * WIDE + self.narrow * PANEL
    }

    /// Calls `f` for the runs of the first group.
    #[inline(always)]
    pub fn for_each_run_of_first_group(self, f: impl FnMut(Run)) {
        Self { groups: 1, ..self }.for_each_run(f);
    }

    /// Calls `f` for each run. (An iterator of runs costs as much as the small products that it leads to.)
    #[inline(always)]
    pub fn for_each_run(self, mut f: impl FnMut(Run)) {
        let mut column = 0;
        for _ in 0..self.groups {
            for (width, count) in [(WIDE, self.wide), (PANEL, self.narrow)] {
                if count > 0 {
                    f(Run { column, width, count });
                    column += width * count;
                }
            }
        }
    }

    /// Calls `f` for each panel.
    #[inline(always)]
    pub fn for_each(self, mut f: impl FnMut(Panel)) {
        self.for_each_run(|run| (0..run.count).for_each(|index| f(run.panel(index))));
    }
}

impl Run {
    pub fn panel(self, index: usize) -> Panel {
        Panel { column: self.column + index * self.width, width: self.width }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn panels_follow_one_another_and_cover_all_columns() {
        for n in 0..500 {
            let mut end = 0;
            Panels::of(n).for_each(|panel| {
                assert_eq!(panel.column, end, "{n}");
                assert!(panel.width == PANEL || panel.width == WIDE, "{n}");
                end += panel.width;
            });
            assert_eq!(end, n.next_multiple_of(PANEL), "{n}");
            assert!(!FUSED || n.next_multiple_of(PANEL) < WORTH_WIDE || Panels::of(n).narrow <= 2, "{n}");
        }
    }

    #[test]
    fn every_group_has_the_panels_that_it_has_alone() {
        for group in (8..200).step_by(8) {
            let (mut alone, mut all) = (Vec::new(), Vec::new());
            Panels::of(group).for_each(|panel| alone.push(panel));
            Panels::of_groups(3 * group, group).for_each(|panel| all.push(panel));
            for (position, panel) in all.into_iter().enumerate() {
                let (first, expected) = (position / alone.len() * group, alone[position % alone.len()]);
                assert_eq!(panel, Panel { column: first + expected.column, ..expected }, "{group}");
            }
        }
    }
}
