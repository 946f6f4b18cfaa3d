/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/svdf_s8.h"
#include "weft/svdf_step.h"
#include "weft/word_dots.h"

enum { AT_ONCE = 4 };

/* Products of the input with up to four filters from number `filter` on; returns how many. */
static int32_t features(const weft_svdf_s8_params *p, const int8_t *x, int32_t filter,
                        int32_t *sums)
{
    const int8_t *const w = p->feature_weights + filter * p->inputs;
    if (p->filters - filter >= AT_ONCE) {
        weft_word_dots_4(sums, x, w, p->inputs, p->inputs);
        return AT_ONCE;
    }
    weft_word_dots_4(sums, x, w, 0, p->inputs); /* four times the same one */
    return 1;
}

/* Products of n values of the state with their weights; wraps. */
WEFT_LEAF int32_t over_time_s16(const int16_t *state, const int16_t *w, int32_t n)
{
    int32_t sum = 0;
    for (const int16_t *const end = state + (n & ~1); state != end; state += 2, w += 2) {
        sum = weft_smlad(weft_load_32(state), weft_load_32(w), sum);
    }
    return (n & 1) != 0 ? (int32_t)((uint32_t)sum + (uint32_t)(*state * *w)) : sum;
}

WEFT_LEAF int32_t over_time_s8(const int8_t *state, const int8_t *w, int32_t n)
{
    const int8_t *const end = state + (n & ~3);
    int32_t sum = 0;
    for (n &= 3; state != end; state += 4, w += 4) {
        const uint32_t x = weft_load_32(state), y = weft_load_32(w);
        sum = weft_smlad(weft_sxtb16(x), weft_sxtb16(y), sum);
        sum = weft_smlad(weft_sxtb16_ror8(x), weft_sxtb16_ror8(y), sum);
    }
    for (; n > 0; n--) {
        sum += *state++ * *w++;
    }
    return sum;
}

void weft_svdf_s8_s16_dsp(const weft_svdf_s8_params *p, const weft_step *s)
{
    int16_t *state = (int16_t *)(void *)s->out[1];
    const int16_t *w = (const int16_t *)p->time_weights;
    const int32_t kept = p->filters * p->memory, unit = p->rank * p->memory;
    int32_t sums[AT_ONCE];
    memmove(state, state + 1, (size_t)(kept - 1) * sizeof *state);
    for (int32_t f = 0, count; f < p->filters; f += count) {
        count = features(p, s->in[0], f, sums);
        for (int32_t i = 0; i < count; i++) {
            const int32_t newest = weft_svdf_newest(p, f + i, sums[i], INT16_MIN, INT16_MAX);
            state[(f + i + 1) * p->memory - 1] = (int16_t)newest;
        }
    }
    for (int32_t u = 0; u < p->filters / p->rank; u++, w += unit, state += unit) {
        s->out[0][u] = weft_svdf_output(p, u, over_time_s16(state, w, unit));
    }
}

void weft_svdf_s8_s8_dsp(const weft_svdf_s8_params *p, const weft_step *s)
{
    int8_t *state = s->out[1];
    const int8_t *w = (const int8_t *)p->time_weights;
    const int32_t kept = p->filters * p->memory, unit = p->rank * p->memory;
    int32_t sums[AT_ONCE];
    memmove(state, state + 1, (size_t)(kept - 1));
    for (int32_t f = 0, count; f < p->filters; f += count) {
        count = features(p, s->in[0], f, sums);
        for (int32_t i = 0; i < count; i++) {
            const int32_t newest = weft_svdf_newest(p, f + i, sums[i], INT8_MIN, INT8_MAX);
            state[(f + i + 1) * p->memory - 1] = (int8_t)newest;
        }
    }
    for (int32_t u = 0; u < p->filters / p->rank; u++, w += unit, state += unit) {
        s->out[0][u] = weft_svdf_output(p, u, over_time_s8(state, w, unit));
    }
}
