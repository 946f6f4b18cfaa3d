"""From a .tflite file to the graph. The only package that knows FlatBuffers and their schema.

`flatbuffer_check` proves that every access stays inside the file, `reader` copies what weft
needs into plain records, `tensors` and `tflite` check what the records mean and build the graph.
"""

from weft.frontend.tflite import load

__all__ = ["load"]
