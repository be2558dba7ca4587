//! Room that a call needs while it runs: one slice, cut into pieces.

/// Cuts pieces off the front of a slice.
pub struct Scratch<'a>(&'a mut [f32]);

impl<'a> Scratch<'a> {
    pub fn new(values: &'a mut [f32]) -> Self {
        Self(values)
    }

    #[inline(never)] // small, but cut off in many places
    pub fn take(&mut self, len: usize) -> &'a mut [f32] {
        let (piece, rest) = core::mem::take(&mut self.0).split_at_mut(len);
        self.0 = rest;
        piece
    }

    /// A piece if there is a use for it, else nothing.
    pub fn take_if(&mut self, condition: bool, len: usize) -> &'a mut [f32] {
        self.take(if condition { len } else { 0 })
    }
}

/// Copies layer·D + direction `index` of `[L·D, N, size]` into rows `stride` apart; the padding, or all of it without a source, is zero.
#[inline(never)]
pub fn load_state(state: &mut [f32], from: Option<&[f32]>, index: usize, batch: usize, size: usize, stride: usize) {
    state.fill(0.0);
    if let Some(from) = from {
        for (row, values) in state.chunks_exact_mut(stride).zip(from[index * batch * size..].chunks_exact(size)) {
            row[..size].copy_from_slice(values);
        }
    }
}

/// Copies rows `stride` apart to layer·D + direction `index` of `[L·D, N, size]`, if it is wanted.
#[inline(never)]
pub fn store_state(state: &[f32], to: Option<&mut [f32]>, index: usize, batch: usize, size: usize, stride: usize) {
    if let Some(to) = to {
        for (row, values) in state.chunks_exact(stride).zip(to[index * batch * size..].chunks_exact_mut(size)) {
            values.copy_from_slice(&row[..size]);
        }
    }
}
