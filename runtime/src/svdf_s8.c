/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/svdf_s8.h"

#include "weft/svdf_step.h"

static int32_t newest(const weft_svdf_s8_params *p, const int8_t *x, int32_t filter, int32_t lo,
                      int32_t hi)
{
    const int8_t *weights = p->feature_weights + (size_t)filter * (size_t)p->inputs;
    return weft_svdf_newest(p, filter, weft_dot(x, weights, p->inputs), lo, hi);
}

void weft_svdf_s8_s16(const weft_svdf_s8_params *p, const weft_step *s)
{
    int16_t *state = (int16_t *)(void *)s->out[1];
    const int16_t *weights = (const int16_t *)p->time_weights;
    const int32_t kept = p->filters * p->memory, unit = p->rank * p->memory;
    memmove(state, state + 1, (size_t)(kept - 1) * sizeof *state);
    for (int32_t f = 0; f < p->filters; f++) {
        state[(f + 1) * p->memory - 1] = (int16_t)newest(p, s->in[0], f, INT16_MIN, INT16_MAX);
    }
    for (int32_t u = 0; u < p->filters / p->rank; u++) {
        uint32_t sum = 0;
        for (int32_t i = 0; i < unit; i++) {
            sum += (uint32_t)(*weights++ * *state++);
        }
        s->out[0][u] = weft_svdf_output(p, u, (int32_t)sum);
    }
}

void weft_svdf_s8_s8(const weft_svdf_s8_params *p, const weft_step *s)
{
    int8_t *state = s->out[1];
    const int8_t *weights = (const int8_t *)p->time_weights;
    const int32_t kept = p->filters * p->memory, unit = p->rank * p->memory;
    memmove(state, state + 1, (size_t)(kept - 1));
    for (int32_t f = 0; f < p->filters; f++) {
        state[(f + 1) * p->memory - 1] = (int8_t)newest(p, s->in[0], f, INT8_MIN, INT8_MAX);
    }
    for (int32_t u = 0; u < p->filters / p->rank; u++, weights += unit, state += unit) {
        s->out[0][u] = weft_svdf_output(p, u, weft_dot(state, weights, unit));
    }
}
