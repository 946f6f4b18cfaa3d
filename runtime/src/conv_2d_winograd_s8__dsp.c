/* SPDX-License-Identifier: Apache-2.0
 *
 * Tiles of 4 by 4 outputs, two at a time: inputs are transformed for all channels, then, for each
 * four output channels, multiplied position by position and transformed to outputs.
 */
#include "weft/conv_2d_winograd_s8__dsp.h"

#include "weft/linear.h"
#include "weft/winograd_outputs.h"
#include "weft/winograd_products.h"

typedef weft_conv_2d_winograd_s8__dsp_params params;

/* Row and column where the outputs of a tile start. */
typedef struct {
    int32_t y, x;
} place;

/* Tile number `which` of a step. The last one of a row may overlap the one before it. */
static place place_of(const params *p, int32_t which)
{
    const int32_t last = p->output_width - WEFT_WINOGRAD_OUT;
    const int32_t tiles = (p->output_width + WEFT_WINOGRAD_OUT - 1) / WEFT_WINOGRAD_OUT;
    const int32_t x = which % tiles * WEFT_WINOGRAD_OUT;
    const place at = {which / tiles * WEFT_WINOGRAD_OUT, x < last ? x : last};
    return at;
}

/* Its inputs. Rows that do not exist repeat the last one: what does not exist of the outputs is all
 * that depends on them. */
static weft_winograd_tile inputs_of(const params *p, const weft_step *s, place at)
{
    weft_winograd_tile tile;
    for (int32_t i = 0; i < WEFT_WINOGRAD_SIDE; i++) {
        const int32_t row = at.y + i < s->rows + 1 ? at.y + i : s->rows + 1;
        tile.rows[i] = s->in[row] + at.x * p->input_channels;
    }
    tile.step = p->input_channels;
    return tile;
}

/* Where its outputs go. */
static weft_winograd_output outputs_of(const params *p, const weft_step *s, place at)
{
    weft_winograd_output output;
    output.count = s->rows - at.y < WEFT_WINOGRAD_OUT ? s->rows - at.y : WEFT_WINOGRAD_OUT;
    for (int32_t i = 0; i < output.count; i++) {
        output.rows[i] = s->out[at.y + i] + at.x * p->output_step;
    }
    output.step = p->output_step;
    return output;
}

/* All channels of two tiles. */
static void two_tiles(const params *p, const weft_step *s, place first, place second)
{
    const int32_t rounds = (p->input_channels + 15) / 16, channels = p->output_channels;
    const int beside = first.x + WEFT_WINOGRAD_OUT == second.x; /* and so in the same row */
    const weft_winograd_tile tiles[] = {inputs_of(p, s, first), inputs_of(p, s, second)};
    const weft_winograd_output outputs[] = {outputs_of(p, s, first), outputs_of(p, s, second)};
    uint32_t *const sums = (uint32_t *)(void *)s->scratch;
    uint32_t *const x = sums + WEFT_WINOGRAD_POSITIONS * WEFT_WINOGRAD_SUMS;
    const uint32_t *w = p->weights;
    weft_winograd_inputs(x, sums, tiles, beside, p->input_channels);
    for (int32_t channel = 0; channel < channels; channel += 4) {
        const int32_t end = channel + 4 < channels ? channel + 4 : channels;
        weft_winograd_products(sums, x, w, rounds);
        weft_winograd_down(sums);
        for (int32_t i = 0; i < WEFT_WINOGRAD_TILES; i++) {
            weft_winograd_outputs(sums + 4 * i, p->numbers, channel, end, &outputs[i]);
        }
        w += rounds * WEFT_WINOGRAD_POSITIONS * WEFT_WINOGRAD_ROUND * 4;
    }
}

void weft_conv_2d_winograd_s8__dsp(const params *p, const weft_step *s)
{
    const int32_t columns = (p->output_width + WEFT_WINOGRAD_OUT - 1) / WEFT_WINOGRAD_OUT;
    const int32_t tiles = (s->rows + WEFT_WINOGRAD_OUT - 1) / WEFT_WINOGRAD_OUT * columns;
    for (int32_t i = 0; i < tiles; i += WEFT_WINOGRAD_TILES) { /* one alone is made twice */
        two_tiles(p, s, place_of(p, i), place_of(p, i + 1 < tiles ? i + 1 : i));
    }
    for (int32_t row = 0; row < s->rows; row++) {
        weft_clamp_pixels(s->out[row], p->output_width, p->output_channels, p->output_step,
                          p->activation_min, p->activation_max);
    }
}
