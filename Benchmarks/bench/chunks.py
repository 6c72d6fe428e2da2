"""Makes a stored run longer, in its database: the frames of one of its own chunks again and again.

Numbers lie in a chunk as differences from the row before, so that only the first row of each column differs between a
chunk and its repetition (`Sources/Storage/ChunkCodec.swift`).
"""

import ctypes
import ctypes.util
import itertools
import sqlite3

_zstd = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
for _name in (
    "ZSTD_compressBound",
    "ZSTD_compress2",
    "ZSTD_decompress",
    "ZSTD_getFrameContentSize",
    "ZSTD_CCtx_setParameter",
):
    getattr(_zstd, _name).restype = ctypes.c_size_t
_zstd.ZSTD_createCCtx.restype = ctypes.c_void_p
LEVEL, CHECKSUM = 100, 201


def compress(payload):
    context = ctypes.c_void_p(_zstd.ZSTD_createCCtx())
    _zstd.ZSTD_CCtx_setParameter(context, LEVEL, 3)
    _zstd.ZSTD_CCtx_setParameter(context, CHECKSUM, 1)
    bound = _zstd.ZSTD_compressBound(ctypes.c_size_t(len(payload)))
    buffer = ctypes.create_string_buffer(bound)
    size = _zstd.ZSTD_compress2(context, buffer, ctypes.c_size_t(bound), payload, ctypes.c_size_t(len(payload)))
    _zstd.ZSTD_freeCCtx(context)
    return b"\x01" + buffer.raw[:size]


def decompress(data):
    size = _zstd.ZSTD_getFrameContentSize(data[1:], ctypes.c_size_t(len(data) - 1))
    buffer = ctypes.create_string_buffer(size)
    _zstd.ZSTD_decompress(buffer, ctypes.c_size_t(size), data[1:], ctypes.c_size_t(len(data) - 1))
    return buffer.raw[:size]


def varint(value):
    value &= (1 << 64) - 1
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    digits.append(value)
    return bytes(digits)


def zigzag(value):
    return varint(value << 1 ^ value >> 63)


def numbers(payload):
    """The unsigned numbers of a payload, and where each begins."""
    values, places, value, shift, start = [], [], 0, 0, 0
    for place, byte in enumerate(payload):
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            values.append(value)
            places.append(start)
            value, shift, start = 0, 0, place + 1
    return values, places + [len(payload)]


class Pattern:
    """One chunk, taken apart: what is the same in every repetition, and how far each column gets in one."""

    def __init__(self, data):
        payload = decompress(data)
        values, places = numbers(payload)
        self.frames, self.columns = values[:2]
        signed = [value >> 1 ^ -(value & 1) for value in values[2:]]
        begins = [2 + column * self.frames for column in range(self.columns + 1)]
        # Of the timestamps two rows begin anew, of a column one.
        self.instant, step, clock = signed[0], signed[0], signed[0]
        for difference in signed[1 : self.frames]:
            step += difference
            clock += step
        self.step = signed[0] + signed[1]
        self.duration = clock - self.instant + self.step
        self.first = [signed[begin - 2] for begin in begins[1:]]
        self.advance = [sum(signed[begin - 1 : begin - 2 + self.frames]) for begin in begins[1:]]
        self.clock_rest = payload[places[4] : places[begins[1]]]
        self.rests = [payload[places[begin + 1] : places[begin + self.frames]] for begin in begins[1:]]

    def repetition(self, number):
        """The chunk so many repetitions later, and its first and last instant."""
        first = self.instant + number * self.duration
        parts = [varint(self.frames), varint(self.columns), zigzag(first), zigzag(self.step - first), self.clock_rest]
        for column in range(self.columns):
            parts += [zigzag(self.first[column] + number * self.advance[column]), self.rests[column]]
        return compress(b"".join(parts)), first, first + self.duration - self.step


class Sums:
    """What the store has summed up of one chunk (`Sources/Storage/ChunkCodec+Stretches.swift`): a row for each series."""

    ABSENT = -(1 << 63)

    def __init__(self, data):
        values = numbers(decompress(data))[0]
        self.count, self.columns = values[:2]
        signed = [value >> 1 ^ -(value & 1) for value in values[2:]]
        self.since = list(itertools.accumulate(itertools.accumulate(signed[: self.count])))
        differences = [signed[begin : begin + self.count] for begin in range(self.count, len(signed), self.count)]
        self.until, *self.rest = [[wrapped(value) for value in itertools.accumulate(one)] for one in differences]

    def repetition(self, shift):
        """The sums so many nanoseconds later."""
        since = [one + shift for one in self.since]
        until = [one if one == self.ABSENT else one + shift for one in self.until]
        steps = differences(differences(since))
        parts = [varint(self.count), varint(self.columns), *map(zigzag, steps)]
        for column in [until, *self.rest]:
            parts += [zigzag(wrapped(one)) for one in differences(column)]
        return compress(b"".join(parts))


def differences(values):
    return [one - other for one, other in zip(values, [0, *values])]


def wrapped(value):
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def lengthen(database, run, frames, with_sums=True):
    """Repeats the largest chunk of a run, and its sums, until so many frames more are stored; without a server on the
    database."""
    with sqlite3.connect(database) as connection:
        last = connection.execute("SELECT max(ordinal) FROM chunks WHERE run_id = ?", (run,)).fetchone()[0]
        data, sums = connection.execute(
            "SELECT chunks.data, stretches.data FROM chunks LEFT JOIN stretches USING (run_id, ordinal)"
            " WHERE run_id = ? ORDER BY frames DESC, ordinal DESC LIMIT 1",
            (run,),
        ).fetchone()
        pattern = Pattern(data)
        sums = Sums(sums) if sums and with_sums else None
        if not with_sums:
            connection.execute("DELETE FROM stretches WHERE run_id = ?", (run,))
        # Behind all that there is.
        ahead = 1 + last
        for number in range(-(-frames // pattern.frames)):
            chunk, first_ns, last_ns = pattern.repetition(ahead + number)
            connection.execute(
                "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?)",
                (run, last + 1 + number, first_ns, last_ns, pattern.frames, chunk),
            )
            if sums:
                shift = (ahead + number) * pattern.duration
                connection.execute(
                    "INSERT INTO stretches VALUES (?, ?, ?)", (run, last + 1 + number, sums.repetition(shift))
                )
    connection.close()
