/* SPDX-License-Identifier: Apache-2.0
 *
 * Tiles of 4 by 4 outputs, two at a time: inputs are transformed for all channels, then, for each
 * four output channels, multiplied position by position and transformed to outputs.
 */
#include "weft/conv_2d_winograd_s8__dsp.h"

#include "weft/linear.h"
#include "weft/winograd_outputs.h"

typedef weft_conv_2d_winograd_s8__dsp_params params;

/* The inputs of the tile whose outputs start at row y and column x. Rows that do not exist repeat
 * the last one: what does not exist of the outputs is all that depends on them. */
static weft_winograd_tile inputs_of(const params *p, const weft_step *s, int32_t y, int32_t x)
{
    weft_winograd_tile tile;
    for (int32_t i = 0; i < WEFT_WINOGRAD_SIDE; i++) {
        const int32_t row = y + i < s->rows + 1 ? y + i : s->rows + 1;
        tile.rows[i] = s->in[row] + x * p->input_channels;
    }
    tile.step = p->input_channels;
    return tile;
}

/* Where its outputs go. */
static weft_winograd_place outputs_of(const params *p, const weft_step *s, int32_t y, int32_t x)
{
    weft_winograd_place place;
    place.count = s->rows - y < WEFT_WINOGRAD_OUT ? s->rows - y : WEFT_WINOGRAD_OUT;
    for (int32_t i = 0; i < place.count; i++) {
        place.rows[i] = s->out[y + i] + x * p->output_channels;
    }
    place.step = p->output_channels;
    return place;
}

/* All outputs of two tiles, from their transformed inputs. */
static void outputs(const params *p, uint32_t *sums, const uint32_t *x, int32_t rounds,
                    const weft_winograd_place *places)
{
    const uint32_t *w = p->weights;
    for (int32_t channel = 0; channel < p->output_channels; channel += 4) {
        const int32_t end = channel + 4 < p->output_channels ? channel + 4 : p->output_channels;
        weft_winograd_products(sums, x, w, rounds);
        weft_winograd_down(sums);
        for (int32_t i = 0; i < WEFT_WINOGRAD_TILES; i++) {
            weft_winograd_outputs(sums + 4 * i, p->numbers, channel, end, &places[i]);
        }
        w += rounds * WEFT_WINOGRAD_POSITIONS * WEFT_WINOGRAD_ROUND * 4;
    }
}

void weft_conv_2d_winograd_s8__dsp(const params *p, const weft_step *s)
{
    const int32_t rounds = (p->input_channels + 15) / 16, channels = p->output_channels;
    const int32_t columns = (p->output_width + WEFT_WINOGRAD_OUT - 1) / WEFT_WINOGRAD_OUT;
    const int32_t last = p->output_width - WEFT_WINOGRAD_OUT; /* tile, which may overlap another */
    const int32_t tiles = (s->rows + WEFT_WINOGRAD_OUT - 1) / WEFT_WINOGRAD_OUT * columns;
    uint32_t *const sums = (uint32_t *)(void *)s->scratch;
    uint32_t *const x = sums + WEFT_WINOGRAD_POSITIONS * WEFT_WINOGRAD_SUMS;
    for (int32_t first = 0; first < tiles; first += WEFT_WINOGRAD_TILES) {
        weft_winograd_place places[WEFT_WINOGRAD_TILES];
        for (int32_t i = 0; i < WEFT_WINOGRAD_TILES; i++) { /* the last one twice if alone */
            const int32_t which = first + i < tiles ? first + i : first;
            const int32_t row = which / columns * WEFT_WINOGRAD_OUT;
            const int32_t next = which % columns * WEFT_WINOGRAD_OUT;
            const int32_t column = next < last ? next : last;
            const weft_winograd_tile tile = inputs_of(p, s, row, column);
            weft_winograd_inputs(x, sums, &tile, i, p->input_channels);
            places[i] = outputs_of(p, s, row, column);
        }
        outputs(p, sums, x, rounds, places);
    }
    for (int32_t row = 0; row < s->rows; row++) {
        weft_clamp_row(s->out[row], p->output_width * channels, p->activation_min,
                       p->activation_max);
    }
}
