/* SPDX-License-Identifier: Apache-2.0
 *
 * See svdf_s8.h. Twin of Svdf.reference.
 */
#include "weft/svdf_s8.h"

#include "weft/linear.h"

#include <string.h>

/* The newest value of a filter; 32 bits, to be clamped to the type of the state. */
static int32_t feature(const weft_svdf_s8_params *p, const int8_t *x, int32_t filter)
{
    const int8_t *weights = p->feature_weights + (size_t)filter * (size_t)p->inputs;
    const int32_t sum = weft_dot(x, weights, p->inputs) + p->feature_bias[filter];
    return weft_requantize(sum, p->feature_multiplier, p->feature_shift);
}

static int8_t output(const weft_svdf_s8_params *p, uint32_t sum)
{
    return weft_output_s8((int32_t)sum, p->output_multiplier, p->output_shift, p->output_zero_point,
                          -128, 127);
}

void weft_svdf_s8_s16(const weft_svdf_s8_params *p, const weft_step *s)
{
    int16_t *state = (int16_t *)(void *)s->out[1];
    const int16_t *weights = (const int16_t *)p->time_weights;
    const int32_t kept = p->filters * p->memory, unit = p->rank * p->memory;
    memmove(state, state + 1, (size_t)(kept - 1) * sizeof *state);
    for (int32_t f = 0; f < p->filters; f++) {
        const int32_t newest = weft_clamp(feature(p, s->in[0], f), INT16_MIN, INT16_MAX);
        state[(f + 1) * p->memory - 1] = (int16_t)newest;
    }
    for (int32_t u = 0; u < p->filters / p->rank; u++) {
        uint32_t sum = (uint32_t)p->bias[u];
        for (int32_t i = 0; i < unit; i++) {
            sum += (uint32_t)(*weights++ * *state++);
        }
        s->out[0][u] = output(p, sum);
    }
}

void weft_svdf_s8_s8(const weft_svdf_s8_params *p, const weft_step *s)
{
    int8_t *state = s->out[1];
    const int8_t *weights = (const int8_t *)p->time_weights;
    const int32_t kept = p->filters * p->memory, unit = p->rank * p->memory;
    memmove(state, state + 1, (size_t)(kept - 1));
    for (int32_t f = 0; f < p->filters; f++) {
        const int32_t newest = weft_clamp(feature(p, s->in[0], f), INT8_MIN, INT8_MAX);
        state[(f + 1) * p->memory - 1] = (int8_t)newest;
    }
    for (int32_t u = 0; u < p->filters / p->rank; u++, weights += unit, state += unit) {
        s->out[0][u] = output(p, (uint32_t)p->bias[u] + (uint32_t)weft_dot(state, weights, unit));
    }
}
