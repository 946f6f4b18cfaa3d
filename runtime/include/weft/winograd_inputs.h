/* SPDX-License-Identifier: Apache-2.0
 *
 * The inputs of Winograd's F(4x4, 3x3): 6 by 6 input pixels of a tile of 4 by 4 outputs become 36
 * positions, B' d B for each channel. |values| <= 12800: the rows of B' have absolute sums of 10 at
 * most, and pixels are int8.
 */
#ifndef WEFT_WINOGRAD_INPUTS_H
#define WEFT_WINOGRAD_INPUTS_H

#include "weft/inline.h"
#include "weft/simd.h"

#include <stdint.h>

#define WEFT_WINOGRAD_OUT 4        /* rows and columns of a tile's outputs */
#define WEFT_WINOGRAD_SIDE 6       /* and of its inputs */
#define WEFT_WINOGRAD_POSITIONS 36 /* of a tile */
#define WEFT_WINOGRAD_TILES 2      /* that are multiplied at a time */
#define WEFT_WINOGRAD_ROUND 8      /* pairs of input channels that are multiplied in a row */

/* Words of a position of two tiles, and of all of them. */
#define WEFT_WINOGRAD_ROUND_WORDS (WEFT_WINOGRAD_ROUND * WEFT_WINOGRAD_TILES)
#define WEFT_WINOGRAD_STRETCH (WEFT_WINOGRAD_POSITIONS * WEFT_WINOGRAD_ROUND_WORDS)

/* The pixels of a tile: where its rows start, and bytes from one column to the next. */
typedef struct {
    const int8_t *rows[WEFT_WINOGRAD_SIDE];
    int32_t step;
} weft_winograd_tile;

/* Six pairs times B', to six words that are `to` words apart:
 *   4 d0 - 5 d2 + d4, -4 d1 - 4 d2 + d3 + d4, 4 d1 - 4 d2 - d3 + d4,
 *   -2 d1 - d2 + 2 d3 + d4, 2 d1 - d2 - 2 d3 + d4, 4 d1 - 5 d3 + d5 */
WEFT_INLINE void weft_winograd_b(uint32_t *out, int32_t to, uint32_t d0, uint32_t d1, uint32_t d2,
                                 uint32_t d3, uint32_t d4, uint32_t d5)
{
    const uint32_t twice_1 = weft_sadd16(d1, d1), twice_2 = weft_sadd16(d2, d2);
    const uint32_t outer = weft_ssub16(d3, weft_sadd16(twice_1, twice_1));
    const uint32_t inner = weft_ssub16(d4, weft_sadd16(twice_2, twice_2));
    out[1 * to] = weft_sadd16(inner, outer);
    out[2 * to] = weft_ssub16(inner, outer);
    const uint32_t odd = weft_ssub16(d3, d1), even = weft_ssub16(d4, d2);
    const uint32_t twice_odd = weft_sadd16(odd, odd);
    out[3 * to] = weft_sadd16(even, twice_odd);
    out[4 * to] = weft_ssub16(even, twice_odd);
    const uint32_t first = weft_ssub16(d0, d2), last = weft_ssub16(d5, d3);
    const uint32_t twice_first = weft_sadd16(first, first);
    out[0 * to] = weft_sadd16(even, weft_sadd16(twice_first, twice_first));
    out[5 * to] = weft_ssub16(last, weft_sadd16(twice_odd, twice_odd));
}

/* `count` columns of four channels, times B': `middle` is (column, pair of channels, row). */
WEFT_LEAF void weft_winograd_columns(uint32_t *middle, const weft_winograd_tile *tile,
                                     int32_t channel, int32_t count)
{
    int32_t at = channel;
    for (; count > 0; count--, at += tile->step) {
        const uint32_t a = weft_load_32(tile->rows[0] + at), b = weft_load_32(tile->rows[1] + at);
        const uint32_t c = weft_load_32(tile->rows[2] + at), d = weft_load_32(tile->rows[3] + at);
        const uint32_t e = weft_load_32(tile->rows[4] + at), f = weft_load_32(tile->rows[5] + at);
        weft_winograd_b(middle, 1, weft_sxtb16(a), weft_sxtb16(b), weft_sxtb16(c), weft_sxtb16(d),
                        weft_sxtb16(e), weft_sxtb16(f));
        weft_winograd_b(middle + WEFT_WINOGRAD_SIDE, 1, weft_sxtb16_ror8(a), weft_sxtb16_ror8(b),
                        weft_sxtb16_ror8(c), weft_sxtb16_ror8(d), weft_sxtb16_ror8(e),
                        weft_sxtb16_ror8(f));
        middle += 2 * WEFT_WINOGRAD_SIDE;
    }
}

/* Then rows, of two pairs. */
WEFT_LEAF void weft_winograd_rows(uint32_t *to, const uint32_t *middle)
{
    const int32_t next = 2 * WEFT_WINOGRAD_SIDE;
    for (int32_t pair = 0; pair < 2; pair++, to += WEFT_WINOGRAD_TILES) {
        uint32_t *row = to;
        for (int32_t y = 0; y < WEFT_WINOGRAD_SIDE; y++, middle++) {
            weft_winograd_b(row, WEFT_WINOGRAD_ROUND_WORDS, middle[0], middle[next],
                            middle[2 * next], middle[3 * next], middle[4 * next], middle[5 * next]);
            row += WEFT_WINOGRAD_SIDE * WEFT_WINOGRAD_ROUND_WORDS;
        }
    }
}

/* All channels of two tiles: (16 channels, position, pair of channels, tile). What is behind the
 * last channel stays as it is: its weights are 0. The second tile may be `beside` the first one;
 * then they share columns. */
static inline void weft_winograd_inputs(uint32_t *to, uint32_t *middle,
                                        const weft_winograd_tile *tiles, int beside,
                                        int32_t channels)
{
    const int32_t more = beside ? WEFT_WINOGRAD_OUT : 0;
    for (int32_t channel = 0; channel < channels; channel += 4) {
        const int32_t stretch = channel / (2 * WEFT_WINOGRAD_ROUND) * WEFT_WINOGRAD_STRETCH;
        const int32_t pair = channel / 2 % WEFT_WINOGRAD_ROUND;
        uint32_t *const first = to + stretch + pair * WEFT_WINOGRAD_TILES;
        weft_winograd_columns(middle, &tiles[0], channel, WEFT_WINOGRAD_SIDE + more);
        weft_winograd_rows(first, middle);
        if (!beside) {
            weft_winograd_columns(middle, &tiles[1], channel, WEFT_WINOGRAD_SIDE);
        }
        weft_winograd_rows(first + 1, middle + more * 2 * WEFT_WINOGRAD_SIDE);
    }
}

#endif
