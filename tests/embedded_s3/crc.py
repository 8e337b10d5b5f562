"""Reflected CRCs, in arithmetic of whole numbers: fast enough for parts of some megabytes."""

from functools import lru_cache

_SHORT = 1024  # bits; below this byte by byte


class Crc:
    """A CRC of so many bits, with all ones at the beginning and at the end.

    A number stands for a polynomial over GF(2) backwards: its lowest bit is the highest power.
    """

    def __init__(self, polynomial: int, bits: int) -> None:
        self._polynomial, self._bits = polynomial, bits
        self._ones = (1 << bits) - 1
        self._table = [self._shifted(byte, 8) for byte in range(256)]
        self._power = lru_cache(4096)(self._power_of_x)

    def of(self, data: bytes) -> int:
        """The CRC of `data`.

        The first half A of a message stands so many bits in front of the second half B.  Modulo the
        polynomial that distance is a factor of few bits, so A times it, added to B, is a message of half
        the length with the same remainder.
        """
        if len(data) * 8 <= _SHORT:
            return self._bytewise(data, self._ones) ^ self._ones
        message, length = int.from_bytes(data, "little") ^ self._ones, len(data) * 8
        while length > _SHORT:
            head = (length - self._bits) // 16 * 8
            length -= head
            folded = _multiplied(message & ((1 << head) - 1), self._power(length))
            message = (message >> head) ^ (folded << (length - head - self._bits + 1))
        return self._bytewise(message.to_bytes(length // 8, "little"), 0) ^ self._ones

    def combined(self, first: int, second: int, length: int) -> int:
        """The CRC of two messages one after the other; `length`: of the second, in bytes."""
        return self._product(first, self._power(length * 8)) ^ second

    def _bytewise(self, data: bytes, value: int) -> int:
        table = self._table
        for byte in data:
            value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
        return value

    def _shifted(self, value: int, number: int) -> int:
        for _ in range(number):
            value = (value >> 1) ^ (self._polynomial if value & 1 else 0)
        return value

    def _product(self, left: int, right: int) -> int:
        product = 0
        for bit in reversed(range(self._bits)):
            if left >> bit & 1:
                product ^= right
            right = self._shifted(right, 1)
        return product

    def _power_of_x(self, exponent: int) -> int:
        result, square = 1 << (self._bits - 1), 1 << (self._bits - 2)  # 1 and x
        while exponent:
            if exponent & 1:
                result = self._product(result, square)
            square = self._product(square, square)
            exponent >>= 1
        return result


def _multiplied(left: int, right: int) -> int:
    """The product without carries; cheap for a short `right`."""
    product, position = 0, 0
    while right >> position:
        if right >> position & 1:
            product ^= left << position
        position += 1
    return product
