/* SPDX-License-Identifier: Apache-2.0
 *
 * Boxes of bytes from inputs to outputs, see copy_boxes.h.
 */
#include "weft/copy_boxes.h"

#include "weft/spaced.h"

enum { INPUT, OUTPUT, FIRST, END, SOURCE, ADVANCE, TARGET, RUN, AXES };
enum { SIZE, IN_STEP, OUT_STEP, AXIS_NUMBERS };

/* The last axis is walked by weft_copy_spaced, those around it here. */
static void copy_box(int8_t *out, const int8_t *in, const int32_t *axes, uint32_t count,
                     int32_t run)
{
    const int32_t *const last = axes + AXIS_NUMBERS * (count - 1);
    int32_t index[WEFT_BOX_AXES] = {0};
    int32_t from = 0;
    int32_t to = 0;
    uint32_t axis;
    do {
        weft_copy_spaced(out + to, in + from, last[SIZE], last[IN_STEP], last[OUT_STEP], run);
        for (axis = count - 1; axis > 0; --axis) {
            const int32_t *const a = axes + AXIS_NUMBERS * (axis - 1);
            from += a[IN_STEP];
            to += a[OUT_STEP];
            if (++index[axis - 1] < a[SIZE]) {
                break;
            }
            from -= a[SIZE] * a[IN_STEP];
            to -= a[SIZE] * a[OUT_STEP];
            index[axis - 1] = 0;
        }
    } while (axis > 0);
}

/* The boxes of a step; it moves on in one of the tensors, and stays at its row in the other. */
static inline void copy_boxes(const weft_copy_boxes_params *p, const weft_step *s, int32_t in_moves,
                              int32_t out_moves)
{
    const int32_t *box = p->boxes;
    for (uint32_t i = 0; i < p->count; ++i) {
        if (s->index >= box[FIRST] && s->index < box[END]) {
            const int32_t advance = (s->index - box[FIRST]) * box[ADVANCE];
            const int8_t *in = box[INPUT] < 0 ? p->constant : s->in[box[INPUT]];
            int8_t *out = s->out[box[OUTPUT]] + box[TARGET] + out_moves * advance;
            in += box[SOURCE] + in_moves * advance;
            if (p->axes == 0) {
                memcpy(out, in, (size_t)box[RUN]);
            } else {
                copy_box(out, in, box + AXES, p->axes, box[RUN]);
            }
        }
        box += AXES + AXIS_NUMBERS * p->axes;
    }
}

void weft_copy_boxes(const weft_copy_boxes_params *p, const weft_step *s)
{
    copy_boxes(p, s, 1, 0);
}

void weft_spread_boxes(const weft_copy_boxes_params *p, const weft_step *s)
{
    copy_boxes(p, s, 0, 1);
}
