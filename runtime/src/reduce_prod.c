/* SPDX-License-Identifier: Apache-2.0
 *
 * Products over any axes, see reduce_prod.h. Twin of ReduceProd.reference.
 */
#include "weft/reduce_prod.h"

#include "weft/elements.h"
#include "weft/fixedpoint.h"
#include "weft/inline.h"
#include "weft/reduce.h"

/* Rounded once, halves up. */
static inline int32_t scaled(const weft_reduce_prod_params *p, int64_t product)
{
    const int64_t half = INT64_C(1) << (p->right - 1);
    return (int32_t)(uint32_t)((product * p->multiplier + half) >> p->right);
}

/* The product of a walk from element `first` of a row on, and of `*before` unless that is NULL. */
WEFT_INLINE int32_t product_of(const weft_reduce_prod_params *p, const int8_t *row, uint32_t first,
                               const int32_t *before, uint32_t size)
{
    const uint32_t *loops = p->reduced;
    int32_t product = before ? *before : 0;
    uint32_t is_first = !before;
    for (uint32_t i = 0; i < loops[0]; i++) {
        for (uint32_t j = 0; j < loops[2]; j++) {
            uint32_t at = first + i * loops[1] + j * loops[3];
            for (uint32_t k = 0; k < loops[4]; k++, at += loops[5]) {
                int32_t factor = weft_element(row, at, size) - p->input_zero_point;
                product = is_first ? factor : scaled(p, (int64_t)product * factor);
                is_first = 0;
            }
        }
    }
    return product;
}

WEFT_INLINE void reduce(const weft_reduce_prod_params *p, const weft_step *s, uint32_t size)
{
    int32_t *products = (int32_t *)(void *)s->state;
    const int32_t greatest = (1 << (8 * size - 1)) - 1;
    const uint32_t outputs = weft_walk_length(p->kept);
    uint32_t pass[WEFT_LOOPS] = {0}, at = 0, out = s->index * p->advance;
    for (uint32_t i = 0; i < outputs; i++) {
        const int32_t *before = p->across && s->index ? &products[i] : NULL;
        int32_t product = product_of(p, s->in[0], at, before, size);
        at = weft_walk_step(at, pass, p->kept);
        if (p->across) {
            products[i] = product;
            if (s->index + 1 < s->steps) {
                continue;
            }
        }
        uint32_t value = (uint32_t)scaled(p, product) + (uint32_t)p->output_zero_point;
        int32_t clamped = weft_clamp((int32_t)value, -greatest - 1, greatest);
        weft_set_element(s->out[0], out + i, clamped, size);
    }
}

void weft_reduce_prod_s8(const weft_reduce_prod_params *p, const weft_step *s)
{
    reduce(p, s, 1);
}

void weft_reduce_prod_s16(const weft_reduce_prod_params *p, const weft_step *s)
{
    reduce(p, s, 2);
}
