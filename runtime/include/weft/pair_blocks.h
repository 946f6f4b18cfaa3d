/* SPDX-License-Identifier: Apache-2.0
 *
 * The blocks of weft/pair_gemm.h and weft/pair_pieces.h that a vector is multiplied with.
 */
#ifndef WEFT_PAIR_BLOCKS_H
#define WEFT_PAIR_BLOCKS_H

#include <stdint.h>

typedef struct {
    const uint32_t *w, *w_end; /* the first block, and behind the last one */
    const uint32_t *tail;      /* of all blocks and all their channels, or NULL */
    int32_t pairs;             /* of inputs, even */
} weft_blocks;

#endif
