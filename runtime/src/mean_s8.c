/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/mean_s8.h"

#include "weft/linear.h"

static int32_t sum_of(const int32_t *loop, const int8_t *x)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < loop[0]; i++) {
        for (int32_t j = 0; j < loop[2]; j++) {
            const int8_t *element = x + i * loop[1] + j * loop[3];
            for (int32_t k = 0; k < loop[4]; k++, element += loop[5]) {
                sum += *element;
            }
        }
    }
    return sum;
}

void weft_mean_s8(const weft_mean_s8_params *p, const weft_step *s)
{
    const int32_t *loop = p->kept;
    int8_t *out = s->out[0];
    for (int32_t i = 0; i < loop[0]; i++) {
        for (int32_t j = 0; j < loop[2]; j++) {
            const int8_t *x = s->in[0] + i * loop[1] + j * loop[3];
            for (int32_t k = 0; k < loop[4]; k++, x += loop[5]) {
                *out++ = weft_output_s8(sum_of(p->reduced, x) + p->offset, p->multiplier, p->shift,
                                        p->output_zero_point, -128, 127);
            }
        }
    }
}
