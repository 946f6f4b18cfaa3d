/* SPDX-License-Identifier: Apache-2.0
 *
 * Logarithm of softmax over channels, see log_softmax_s8.h. Twin of LogSoftmax.reference.
 */
#include "weft/log_softmax_s8.h"

#include "weft/logarithm.h"

static int32_t greatest(const int8_t *in, uint32_t channels)
{
    int32_t max = in[0];
    for (uint32_t i = 1; i < channels; ++i) {
        max = in[i] > max ? in[i] : max;
    }
    return max;
}

static void log_softmax(const weft_log_softmax_s8_params *p, const int8_t *in, int8_t *out)
{
    const int32_t max = greatest(in, p->channels);
    int32_t sum = 0;
    for (uint32_t i = 0; i < p->channels; ++i) {
        const uint32_t below = (uint32_t)(max - in[i]);
        sum += below < p->entries ? p->exponentials[below] : 0;
    }
    const int32_t logarithm = weft_logarithm(sum);
    /* Differences up to this one give the least output, beyond all rounding. */
    const int32_t rest = (int32_t)((uint32_t)logarithm + UINT32_C(0x80000000));
    const int32_t reversed = weft_requantize(rest, p->reverse_multiplier, p->reverse_shift);
    const int32_t last = -(int32_t)p->entries;
    const int32_t least = reversed > last ? reversed : last;
    for (uint32_t i = 0; i < p->channels; ++i) {
        const int32_t difference = in[i] - max;
        const uint32_t scaled = (uint32_t)weft_requantize(difference, p->multiplier, p->shift);
        const int32_t result = (int32_t)(scaled - (uint32_t)logarithm);
        const int32_t value = weft_clamp(weft_shift_right_round(result, 22) + 127, -128, 127);
        out[i] = (int8_t)(difference > least ? value : -128);
    }
}

void weft_log_softmax_s8(const weft_log_softmax_s8_params *p, const weft_step *s)
{
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    for (uint32_t pixel = 0; pixel < p->pixels; ++pixel) {
        log_softmax(p, in, out);
        in += p->channels;
        out += p->channels;
    }
}
