//! Rows of a table by index. The indices were checked to be rows of the table.

use crate::lanes::update;

/// Rows of a table that the indices reach into: one more than the greatest of them.
pub fn rows_reached(indices: &[i32]) -> usize {
    indices.iter().max().map_or(0, |&index| index as usize + 1)
}

/// `y[n] = table[indices[n]]`.
///
/// - `table`   `[V, width]`
/// - `indices` `[N]`        from 0 to V − 1
/// - `y`       `[N, width]` out
pub fn embedding(width: usize, table: &[f32], indices: &[i32], y: &mut [f32]) {
    assert_eq!(y.len(), indices.len() * width);
    for (&index, y) in indices.iter().zip(y.chunks_exact_mut(width.max(1))) {
        let start = index as usize * width;
        y.copy_from_slice(&table[start..start + width]);
    }
}

/// `dtable[indices[n]] += dy[n]`, in the order of n.
///
/// - `dy`      `[N, width]`
/// - `padding` a row that gets no gradient, −1 if there is none
/// - `dtable`  `[V, width]` in/out
pub fn embedding_backward(width: usize, indices: &[i32], dy: &[f32], padding: i32, dtable: &mut [f32]) {
    assert_eq!(dy.len(), indices.len() * width);
    for (&index, dy) in indices.iter().zip(dy.chunks_exact(width.max(1))).filter(|(&index, _)| index != padding) {
        let start = index as usize * width;
        update([&mut dtable[start..start + width]], [dy], |[sum], [dy]| [sum.add(dy)]);
    }
}
