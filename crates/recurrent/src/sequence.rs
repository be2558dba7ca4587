use core::ops::Range;

/// A batch of sequences, packed: the rows of step 0, then those of step 1, …; longer sequences first, so that the rows of a step are
/// the first ones of the batch, and a step computes nothing for sequences that have ended.
#[derive(Clone, Copy, Debug)]
pub struct Sequence<'a> {
    /// The first row of each step, and the end; for some steps of a longer sequence, not from 0.
    offsets: &'a [u32],
    batch: usize,
}

/// Time as one direction walks through it: step `s` of the walk is time `s`, or `T − 1 − s` in reverse.
#[derive(Clone, Copy, Debug)]
pub struct Walk<'a> {
    pub sequence: Sequence<'a>,
    pub reverse: bool,
}

impl<'a> Sequence<'a> {
    /// - `offsets` `[T + 1]` the first row of each step, and the number of rows; steps never grow
    /// - `batch`   `N`: rows of a state; sequences beyond the first step's rows have no step at all
    pub fn new(offsets: &'a [u32], batch: usize) -> Self {
        assert!(offsets.first() == Some(&0), "the first step begins at row 0");
        let sequence = Self { offsets, batch };
        let sizes = || (0..sequence.steps()).map(|t| sequence.rows(t).len());
        assert!(sizes().all(|size| size <= batch), "a step has more rows than the batch");
        assert!(sizes().zip(sizes().skip(1)).all(|(size, next)| next <= size), "a step has more rows than the one before");
        sequence
    }

    /// `T`
    pub fn steps(&self) -> usize {
        self.offsets.len() - 1
    }

    /// `N`
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// The rows of time `t`.
    pub fn rows(&self, t: usize) -> Range<usize> {
        let first = self.offsets[0];
        (self.offsets[t] - first) as usize..(self.offsets[t + 1] - first) as usize
    }

    /// Rows of all steps.
    pub fn total_rows(&self) -> usize {
        (self.offsets[self.steps()] - self.offsets[0]) as usize
    }

    /// Some steps as a sequence of its own, whose rows count from 0.
    fn part(&self, times: Range<usize>) -> Self {
        Self { offsets: &self.offsets[times.start..=times.end], batch: self.batch }
    }
}

impl<'a> Walk<'a> {
    /// Some steps of the walk as a walk of its own; its row 0 is the first of [`Walk::rows_of`] these steps.
    pub fn part(&self, steps: Range<usize>) -> Walk<'a> {
        Walk { sequence: self.sequence.part(self.times(steps)), reverse: self.reverse }
    }

    /// The times of some steps of the walk.
    pub fn times(&self, steps: Range<usize>) -> Range<usize> {
        let all = self.sequence.steps();
        if self.reverse {
            all - steps.end..all - steps.start
        } else {
            steps
        }
    }

    /// The time of step `s` of the walk.
    pub fn time(&self, s: usize) -> usize {
        self.times(s..s + 1).start
    }

    /// All steps of the walk in spans of `every`; the last may have fewer.
    pub fn spans(&self, every: usize) -> impl DoubleEndedIterator<Item = Range<usize>> {
        let all = self.sequence.steps();
        (0..all).step_by(every).map(move |start| start..start.saturating_add(every).min(all))
    }

    /// The rows of step `s` of the walk.
    pub fn rows(&self, s: usize) -> Range<usize> {
        self.sequence.rows(self.time(s))
    }

    /// The rows of some steps of the walk, which are neighbours.
    pub fn rows_of(&self, steps: Range<usize>) -> Range<usize> {
        let (first, last) = (self.rows(steps.start), self.rows(steps.end - 1));
        first.start.min(last.start)..first.end.max(last.end)
    }

    /// The steps from `start` on that have at most `limit` rows together; at least one.
    pub fn chunk_from(&self, start: usize, limit: usize) -> Range<usize> {
        let mut end = start + 1;
        let mut rows = self.rows(start).len();
        while end < self.sequence.steps() && rows + self.rows(end).len() <= limit {
            rows += self.rows(end).len();
            end += 1;
        }
        start..end
    }

    /// The steps up to `end` that have at most `limit` rows together; at least one.
    pub fn chunk_until(&self, end: usize, limit: usize) -> Range<usize> {
        let mut start = end - 1;
        let mut rows = self.rows(start).len();
        while start > 0 && rows + self.rows(start - 1).len() <= limit {
            start -= 1;
            rows += self.rows(start).len();
        }
        start..end
    }
}
