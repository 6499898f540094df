"""Small files of every type that people send, made here and now."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile


def tar(name: str = "log/app.log", content: bytes = b"hello\n", form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def old_tar() -> bytes:
    """As before POSIX: without the word "ustar"."""
    block = bytearray(tar(form=tarfile.USTAR_FORMAT)[:512])
    block[257:512] = bytes(255)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + b"hello\n".ljust(512, b"\0") + bytes(1024)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.log", "hello\n")
    return buffer.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(17)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20)
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(20)
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8 " + bytes(20)
GIF = b"GIF89a" + bytes(20)
PCAP = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
PCAPNG = bytes.fromhex("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000")
LOG = "22 nov. 10:00:00 réseau : échec\r\n".encode()
GZ = gzip.compress(b"hello\n", mtime=0)

GOOD: dict[str, tuple[bytes, str]] = {
    "photo.png": (PNG, "image"),
    "photo.jpg": (JPEG, "image"),
    "photo.JPEG": (JPEG, "image"),
    "IMG_001.HEIC": (HEIC, "image"),
    "photo.webp": (WEBP, "image"),
    "photo.gif": (GIF, "image"),
    "logs.tar": (tar(), "archive"),
    "gnu.tar": (tar(form=tarfile.GNU_FORMAT), "archive"),
    "old.tar": (old_tar(), "archive"),
    "logs.tar.gz": (GZ, "archive"),
    "logs.tgz": (GZ, "archive"),
    "logs.zip": (zipped(), "archive"),
    "empty.zip": (b"PK\x05\x06" + bytes(18), "archive"),
    "trace.pcap": (PCAP, "capture"),
    "big.pcap": (struct.pack(">I", 0xA1B2C3D4) + bytes(20), "capture"),
    "nano.pcap": (struct.pack("<I", 0xA1B23C4D) + bytes(20), "capture"),
    "trace.pcapng": (PCAPNG, "capture"),
    "app.log": (LOG, "text"),
    "latin.log": ("échec\r\n".encode("latin-1"), "text"),
    "wide.txt": ("échec\n".encode("utf-16"), "text"),
    "colours.log": (b"\x1b[31mfailed\x1b[0m\n", "text"),
}
BAD: dict[str, bytes] = {
    "setup.exe": b"MZ\x90\x00\x03\x00\x00\x00",
    "tool": b"\x7fELF\x02\x01\x01\x00",
    "zeros.log": bytes(600),
    "blank.log": b" \r\n",
    "film.mp4": b"\x00\x00\x00\x18ftypisom" + bytes(20),
    "sound.wav": b"RIFF\x1a\x00\x00\x00WAVEfmt " + bytes(20),
    "form.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x01",
    "almost.tar": tar()[:148] + b"0000000\0" + tar()[156:],
}
