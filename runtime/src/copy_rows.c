/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows from one place to another, see copy_rows.h.
 */
#include "weft/copy_rows.h"

#include "weft/inline.h"

#include <string.h>

#define EIGHT 32U /* bytes of eight words */

/* Eight words at a time, loaded before they are stored, upwards: what overlaps is moved down.
 * memmove of newlib takes twice as long. */
WEFT_LEAF void copy_eights(uint32_t *to, const uint32_t *from, uint32_t eights)
{
    for (; eights > 0; eights--, from += 8, to += 8) {
        const uint32_t a = from[0], b = from[1], c = from[2], d = from[3];
        const uint32_t e = from[4], f = from[5], g = from[6], h = from[7];
        to[0] = a, to[1] = b, to[2] = c, to[3] = d;
        to[4] = e, to[5] = f, to[6] = g, to[7] = h;
    }
}

void weft_copy_rows(const weft_copy_rows_params *p, const weft_step *s)
{
    const int8_t *const in = s->in[0];
    int8_t *const out = s->out[0];
    const uint32_t bytes = p->bytes, most = bytes & ~(EIGHT - 1), rest = bytes - most;
    if (most == 0 || (((uintptr_t)in | (uintptr_t)out) & 3U) != 0) {
        memmove(out, in, bytes);
        return;
    }
    copy_eights((uint32_t *)(void *)out, (const uint32_t *)(const void *)in, bytes / EIGHT);
    if (rest > 0) {
        memmove(out + most, in + most, rest);
    }
}
