use super::*;
use crate::simd::madd;
use crate::testing::Random;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Sizes around every edge: of a tile, of a wide row, of a block of `k`.
const SIZES: [(usize, usize, usize); 19] = [
    (1, 1, 1),
    (1, 31, 7),
    (1, 40, 9),
    (1, 32, 600),
    (2, 8, 5),
    (3, 9, 3),
    (4, 8, 1),
    (5, 17, 13),
    (6, 16, 2),
    (7, 7, 7),
    (8, 24, 512),
    (9, 25, 513),
    (13, 3, 1100),
    (4, 8, 0),
    (1, 96, 5),
    (4, 101, 6),
    (7, 104, 3),
    (5, 133, 514),
    (6, 112, 1),
];

/// The chain that every result is, in the order of `k`.
fn chain(start: f32, terms: impl Iterator<Item = (f32, f32)>) -> f32 {
    terms.fold(start, |sum, (a, b)| madd(a, b, sum))
}

#[test]
fn gemm_is_the_chain_of_every_element_to_the_bit() {
    let mut random = Random::new(1);
    for (m, n, k) in SIZES {
        let (a_stride, c_stride) = (k + 3, n + 2);
        let a = random.floats(m * a_stride);
        let b = random.floats(k * n);
        let before = random.floats(m * c_stride);
        let mut packed = vec![f32::NAN; packed_len(k, n)];
        pack_rows(k, n, &b, n, &mut packed, k, 0);
        let bias = random.floats(n);
        for start in [Start::Zero, Start::Target, Start::Row(&bias)] {
            let mut c = before.clone();
            gemm(m, n, k, &a, a_stride, &packed, &mut c, c_stride, start);
            for row in 0..m {
                for column in 0..c_stride {
                    let old = before[row * c_stride + column];
                    let first = match start {
                        Start::Zero => 0.0,
                        Start::Target => old,
                        Start::Row(_) => bias.get(column).copied().unwrap_or(0.0),
                    };
                    let expected = if column < n { chain(first, (0..k).map(|p| (a[row * a_stride + p], b[p * n + column]))) } else { old };
                    assert_eq!(c[row * c_stride + column].to_bits(), expected.to_bits(), "{m} {n} {k} {start:?}: {row} {column}");
                }
            }
        }
    }
}

#[test]
fn packing_the_transposed_weight_gives_the_same_panels() {
    let mut random = Random::new(2);
    for (_, n, k) in SIZES {
        let b = random.floats(k * n);
        let w: Vec<f32> = (0..n * k).map(|index| b[index % k * n + index / k]).collect();
        let mut straight = vec![f32::NAN; packed_len(k, n)];
        let mut transposed = straight.clone();
        pack_rows(k, n, &b, n, &mut straight, k, 0);
        pack_transposed(k, n, &w, k, &mut transposed);
        assert_eq!(straight, transposed, "{n} {k}");
    }
}

#[test]
fn packed_product_is_the_chain_in_the_order_that_was_asked_for() {
    let mut random = Random::new(3);
    for (m, n, k) in SIZES {
        for order in [Order::Ascending, Order::Descending] {
            let a = random.floats(k * m);
            let b = random.floats(k * n);
            let before = random.floats(m * n);
            let mut left = vec![f32::NAN; packed_left_len(k, m)];
            let mut right = vec![f32::NAN; packed_len(k, n)];
            pack_left(k, m, &a, m, order, &mut left);
            pack_right(k, n, &b, n, order, &mut right);
            let mut c = before.clone();
            gemm_packed(m, n, k, &left, &right, &mut c, n);
            for (index, value) in c.iter().enumerate() {
                let (row, column) = (index / n, index % n);
                let terms = (0..k).map(|p| if order == Order::Ascending { p } else { k - 1 - p });
                let expected = chain(before[index], terms.map(|p| (a[p * m + row], b[p * n + column])));
                assert_eq!(value.to_bits(), expected.to_bits(), "{m} {n} {k} {order:?}: {row} {column}");
            }
        }
    }
}

#[test]
fn rows_packed_in_two_parts_are_rows_packed_at_once() {
    let mut random = Random::new(4);
    let (k, n) = (11, 13);
    let b = random.floats(k * n);
    let mut whole = vec![f32::NAN; packed_len(k, n)];
    let mut parts = whole.clone();
    pack_rows(k, n, &b, n, &mut whole, k, 0);
    pack_rows(4, n, &b, n, &mut parts, k, 0);
    pack_rows(7, n, &b[4 * n..], n, &mut parts, k, 4);
    assert_eq!(whole, parts);
}

#[test]
fn groups_that_are_packed_each_by_itself_make_one_product() {
    let mut random = Random::new(5);
    for (m, group, groups, k) in
        [(1, 8, 4, 3), (1, 104, 4, 5), (1, 112, 3, 700), (1, 96, 2, 1), (1, 256, 4, 9), (3, 104, 3, 5), (7, 128, 4, 2)]
    {
        let n = group * groups;
        let (a, b, before) = (random.floats(m * k), random.floats(k * n), random.floats(m * n));
        let mut packed = vec![f32::NAN; packed_len(k, n)];
        for (index, packed) in packed.chunks_exact_mut(packed_len(k, group)).enumerate() {
            pack_rows(k, group, &b[index * group..], n, packed, k, 0);
        }
        let mut c = before.clone();
        gemm_groups(m, n, group, k, &a, k, &packed, &mut c, n, Start::Target);
        for (index, value) in c.iter().enumerate() {
            let (row, column) = (index / n, index % n);
            let expected = chain(before[index], (0..k).map(|p| (a[row * k + p], b[p * n + column])));
            assert_eq!(value.to_bits(), expected.to_bits(), "{m} {group} {groups} {k}: {row} {column}");
        }
    }
}

#[test]
fn packing_adds_the_rows_in_their_order_if_asked() {
    let mut random = Random::new(6);
    for (rows, m) in [(1, 1), (5, 3), (7, 4), (9, 16), (300, 21), (4, 38), (0, 5)] {
        for order in [Order::Ascending, Order::Descending] {
            let stride = m + 2;
            let (a, before) = (random.floats(rows * stride + m), random.floats(m));
            let mut alone = vec![f32::NAN; packed_left_len(rows, m)];
            let (mut packed, mut sums) = (alone.clone(), before.clone());
            pack_left(rows, m, &a, stride, order, &mut alone);
            pack_left_and_sum(rows, m, &a, stride, order, &mut packed, &mut sums);
            assert_eq!(packed, alone, "{rows} {m} {order:?}");
            for (column, sum) in sums.iter().enumerate() {
                let position = |row| if order == Order::Ascending { row } else { rows - 1 - row };
                let expected = (0..rows).fold(before[column], |sum, row| sum + a[position(row) * stride + column]);
                assert_eq!(sum.to_bits(), expected.to_bits(), "{rows} {m} {order:?}: {column}");
            }
        }
    }
}
