#include "gronwall/data/zip.hpp"

#include <zlib.h>

#include <algorithm>
#include <initializer_list>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

// The records of an archive, in the order of the file: a local header before the bytes of each member, then
// the directory with an entry for each, then the end records, of which those of zip64 are there when needed.
constexpr std::string_view kLocal = "PK\x03\x04", kEntry = "PK\x01\x02", kZip64End = "PK\x06\x06",
                           kZip64Locator = "PK\x06\x07", kEnd = "PK\x05\x06";
// Their lengths without names and extra fields.
constexpr std::uint64_t kLocalBytes = 30, kEntryBytes = 46, kZip64EndBytes = 56, kZip64LocatorBytes = 20,
                        kEndBytes = 22;
constexpr std::uint64_t kCrcInLocal = 14;  // where the checksum stands in a local header

constexpr std::uint16_t kZip64Field = 1;           // the extra field of what does not fit 32 bits
constexpr std::uint16_t kEntriesInZip64 = 0xffff;  // as kInZip64, for the number of entries
constexpr std::uint16_t kVersion = 20, kZip64Version = 45;
constexpr std::uint16_t kFirstOfJanuary1980 = 1 << 5 | 1;
constexpr std::uint16_t kEncrypted = 1 << 0, kSizesBehind = 1 << 3;  // flags

constexpr std::size_t kLongestName = 200;
constexpr std::uint64_t kMostMembers = 1000, kMostDirectoryBytes = 1 << 20;

constexpr const char* kAdvice = "copy it again from where it came from, or use an older one";

/// Names that could mean another place when an archive is unpacked are refused.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name.front() != '.' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '/' && c != '\\' && c != ':'; });
}

/// Numbers are little-endian.
template <typename Integer>
void put(std::string& record, Integer value) {
  for (std::size_t k = 0; k < sizeof(Integer); ++k) record += static_cast<char>(value >> (8 * k) & 0xff);
}

/// Takes bytes off the front of a record, which has as many.
std::string_view take_text(std::string_view& record, std::size_t bytes) {
  const std::string_view text = record.substr(0, bytes);
  record.remove_prefix(bytes);
  return text;
}
template <typename Integer>
Integer take(std::string_view& record) {
  std::uint64_t value = 0;
  for (std::size_t k = 0; k < sizeof(Integer); ++k)
    value |= std::uint64_t{static_cast<unsigned char>(record[k])} << (8 * k);
  record.remove_prefix(sizeof(Integer));
  return static_cast<Integer>(value);
}

/// What a local header and an entry of the directory have in common.
struct Header {
  std::uint16_t version = 0, flags = 0, method = 0;
  std::uint32_t crc = 0, compressed = 0, size = 0;
  std::uint16_t name_bytes = 0, extra_bytes = 0;
};

void put(std::string& record, const Header& header) {
  put(record, header.version);
  put(record, header.flags);
  put(record, header.method);
  put(record, std::uint16_t{0});  // time
  put(record, kFirstOfJanuary1980);
  put(record, header.crc);
  put(record, header.compressed);
  put(record, header.size);
  put(record, header.name_bytes);
  put(record, header.extra_bytes);
}

Header take_header(std::string_view& record) {
  Header header;
  header.version = take<std::uint16_t>(record);
  header.flags = take<std::uint16_t>(record);
  header.method = take<std::uint16_t>(record);
  take<std::uint32_t>(record);  // time and date
  header.crc = take<std::uint32_t>(record);
  header.compressed = take<std::uint32_t>(record);
  header.size = take<std::uint32_t>(record);
  header.name_bytes = take<std::uint16_t>(record);
  header.extra_bytes = take<std::uint16_t>(record);
  return header;
}

/// The extra field of numbers that do not fit 32 bits; nothing for none.
std::string zip64_field(std::initializer_list<std::uint64_t> numbers) {
  std::string field;
  if (numbers.size() == 0) return field;
  put(field, kZip64Field);
  put(field, static_cast<std::uint16_t>(numbers.size() * sizeof(std::uint64_t)));
  for (const std::uint64_t number : numbers) put(field, number);
  return field;
}

/// Fills those of `values` that stand in 64 bits from the extra fields. False when they are not there.
bool read_zip64(std::string_view extra, std::initializer_list<std::uint64_t*> values) {
  const auto elsewhere = [](const std::uint64_t* value) { return *value == kInZip64; };
  if (std::none_of(values.begin(), values.end(), elsewhere)) return true;
  while (extra.size() >= 2 * sizeof(std::uint16_t)) {
    const auto id = take<std::uint16_t>(extra), bytes = take<std::uint16_t>(extra);
    if (bytes > extra.size()) return false;
    std::string_view field = take_text(extra, bytes);
    if (id != kZip64Field) continue;
    for (std::uint64_t* value : values) {
      if (!elsewhere(value)) continue;
      if (field.size() < sizeof(std::uint64_t)) return false;
      *value = take<std::uint64_t>(field);
    }
    return true;
  }
  return false;
}

std::uint32_t crc_of(std::uint32_t crc, const void* bytes, std::uint64_t size) {
  return static_cast<std::uint32_t>(::crc32_z(crc, static_cast<const Bytef*>(bytes), size));
}

}  // namespace

ZipWriter::ZipWriter(const std::filesystem::path& path, std::uint64_t zip64_from)
    : file_(path), zip64_from_(std::min<std::uint64_t>(zip64_from, kInZip64)) {}

std::uint32_t ZipWriter::field(std::uint64_t value) const {
  return is_large(value) ? kInZip64 : static_cast<std::uint32_t>(value);
}

void ZipWriter::open(const std::string& name, std::uint64_t size) {
  if (!is_plain_name(name)) throw InputError("'" + name + "' cannot be the name of an archive's member");
  members_.push_back({.name = name, .size = size, .offset = file_.position(), .crc = 0});
  const std::string extra = is_large(size) ? zip64_field({size, size}) : "";
  std::string header(kLocal);
  put(header, Header{.version = is_large(size) ? kZip64Version : kVersion,
                     .compressed = field(size),
                     .size = field(size),
                     .name_bytes = static_cast<std::uint16_t>(name.size()),
                     .extra_bytes = static_cast<std::uint16_t>(extra.size())});
  file_.write(byte_view(header + name + extra));
}

void ZipWriter::write(ByteView bytes) {
  members_.back().crc = crc_of(members_.back().crc, bytes.data(), bytes.size());
  file_.write(bytes);
}

void ZipWriter::close() {
  std::string crc;
  put(crc, members_.back().crc);
  file_.seek(members_.back().offset + kCrcInLocal);
  file_.write(byte_view(crc));
  file_.seek(file_.size());
}

void ZipWriter::commit() {
  const std::uint64_t directory = file_.position();
  for (const ZipMember& member : members_) {
    const bool size = is_large(member.size), offset = is_large(member.offset);
    const std::string extra = size && offset ? zip64_field({member.size, member.size, member.offset})
                              : size         ? zip64_field({member.size, member.size})
                              : offset       ? zip64_field({member.offset})
                                             : "";
    const std::uint16_t version = size || offset ? kZip64Version : kVersion;
    std::string entry(kEntry);
    put(entry, version);  // of the writer
    put(entry, Header{.version = version,
                      .crc = member.crc,
                      .compressed = field(member.size),
                      .size = field(member.size),
                      .name_bytes = static_cast<std::uint16_t>(member.name.size()),
                      .extra_bytes = static_cast<std::uint16_t>(extra.size())});
    put(entry, std::uint16_t{0});  // no comment
    put(entry, std::uint16_t{0});  // disk
    put(entry, std::uint16_t{0});  // attributes
    put(entry, std::uint32_t{0});
    put(entry, field(member.offset));
    file_.write(byte_view(entry + member.name + extra));
  }
  file_.write(byte_view(end_records(directory, file_.position() - directory)));
  file_.commit();
}

std::string ZipWriter::end_records(std::uint64_t directory, std::uint64_t bytes) const {
  const std::uint64_t entries = members_.size();
  const bool many = entries >= kEntriesInZip64;
  std::string records;
  if (many || is_large(directory) || is_large(bytes)) {
    records += kZip64End;
    put(records, std::uint64_t{kZip64EndBytes - 12});  // of what follows this number
    put(records, kZip64Version);
    put(records, kZip64Version);
    put(records, std::uint64_t{0});  // two numbers of disks
    put(records, entries);
    put(records, entries);
    put(records, bytes);
    put(records, directory);
    records += kZip64Locator;
    put(records, std::uint32_t{0});  // disk
    put(records, directory + bytes);
    put(records, std::uint32_t{1});  // disks
  }
  records += kEnd;
  put(records, std::uint32_t{0});  // two numbers of disks
  const std::uint16_t count = many ? kEntriesInZip64 : static_cast<std::uint16_t>(entries);
  put(records, count);
  put(records, count);
  put(records, field(bytes));
  put(records, field(directory));
  put(records, std::uint16_t{0});  // no comment
  return records;
}

ZipReader::ZipReader(const std::filesystem::path& path) : name_(path.string()) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) throw FileError("cannot open " + name_ + ": no such file");
  if (!std::filesystem::is_regular_file(path, error)) throw FileError(name_ + " is not a regular file");
  file_.open(path, std::ios::binary);
  file_bytes_ = std::filesystem::file_size(path, error);
  if (!file_ || error) throw FileError("cannot open " + name_ + ": it may not be read");
  find_directory();
  list_members();
}

const ZipMember& ZipReader::member(const std::string& name) const {
  const auto found =
      std::find_if(members_.begin(), members_.end(), [&](const ZipMember& m) { return m.name == name; });
  if (found == members_.end()) refuse(" has no member " + name + "; is it the file you meant?");
  return *found;
}

void ZipReader::refuse(const std::string& why) const {
  throw InputError(name_ + why);
}

void ZipReader::damaged_directory() const {
  refuse(": the directory at its end (" + std::to_string(file_bytes_) + " bytes) is damaged; " + kAdvice);
}

bool ZipReader::read(std::uint64_t offset, std::uint64_t bytes, void* into) {
  if (offset > file_bytes_ || bytes > file_bytes_ - offset) return false;
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset));
  file_.read(static_cast<char*>(into), static_cast<std::streamsize>(bytes));
  return file_.good();
}

std::string ZipReader::record(std::uint64_t offset, std::uint64_t bytes) {
  std::string text(bytes, '\0');
  return read(offset, bytes, text.data()) ? text : "";
}

/// From the end record, which is the last thing of every archive without a comment.
void ZipReader::find_directory() {
  const std::string end = file_bytes_ < kEndBytes ? "" : record(file_bytes_ - kEndBytes, kEndBytes);
  if (!end.starts_with(kEnd))
    refuse(" (" + std::to_string(file_bytes_) + " bytes) is not a zip archive, or its end is missing or " +
           "damaged; " + kAdvice);
  std::string_view rest = std::string_view(end).substr(kEnd.size());
  const auto disks = take<std::uint32_t>(rest);
  const auto here = take<std::uint16_t>(rest), entries = take<std::uint16_t>(rest);
  directory_bytes_ = take<std::uint32_t>(rest);
  directory_ = take<std::uint32_t>(rest);
  const auto comment = take<std::uint16_t>(rest);
  if (disks != 0 || here != entries || comment != 0) damaged_directory();
  entries_ = entries;
  std::uint64_t directory_end = file_bytes_ - kEndBytes;
  if (entries == kEntriesInZip64 || directory_bytes_ == kInZip64 || directory_ == kInZip64)
    directory_end = find_zip64_directory(directory_end);
  if (directory_ > directory_end || directory_end - directory_ != directory_bytes_) damaged_directory();
  if (entries_ > kMostMembers || directory_bytes_ > kMostDirectoryBytes)
    refuse(" has too many members; it is not an array archive");
}

/// From the records of zip64 before `end`. Returns where the directory must end.
std::uint64_t ZipReader::find_zip64_directory(std::uint64_t end) {
  if (end < kZip64LocatorBytes + kZip64EndBytes) damaged_directory();
  const std::string locator = record(end - kZip64LocatorBytes, kZip64LocatorBytes);
  if (!locator.starts_with(kZip64Locator)) damaged_directory();
  std::string_view rest = std::string_view(locator).substr(kZip64Locator.size());
  const auto disk = take<std::uint32_t>(rest);
  const auto place = take<std::uint64_t>(rest);
  if (disk != 0 || take<std::uint32_t>(rest) != 1 || place > end) damaged_directory();

  const std::string end64 = record(place, kZip64EndBytes);
  if (!end64.starts_with(kZip64End)) damaged_directory();
  rest = std::string_view(end64).substr(kZip64End.size());
  const auto bytes = take<std::uint64_t>(rest);  // of what follows this number
  take<std::uint32_t>(rest);                     // versions
  const auto disks = take<std::uint64_t>(rest);
  const auto here = take<std::uint64_t>(rest);
  entries_ = take<std::uint64_t>(rest);
  directory_bytes_ = take<std::uint64_t>(rest);
  directory_ = take<std::uint64_t>(rest);
  if (bytes != end - kZip64LocatorBytes - place - 12 || disks != 0 || here != entries_) damaged_directory();
  return place;
}

void ZipReader::list_members() {
  const std::string directory = record(directory_, directory_bytes_);
  std::string_view rest(directory);
  std::uint64_t total = 0;
  for (std::uint64_t k = 0; k < entries_; ++k) {
    if (rest.size() < kEntryBytes || take_text(rest, kEntry.size()) != kEntry) damaged_directory();
    take<std::uint16_t>(rest);  // version of the writer
    const Header header = take_header(rest);
    const auto comment = take<std::uint16_t>(rest), disk = take<std::uint16_t>(rest);
    take_text(rest, 6);  // attributes
    ZipMember member{.name = {}, .size = header.size, .offset = take<std::uint32_t>(rest), .crc = header.crc};
    if (rest.size() < std::size_t{header.name_bytes} + header.extra_bytes + comment) damaged_directory();
    member.name = take_text(rest, header.name_bytes);
    const std::string_view extra = take_text(rest, header.extra_bytes);
    take_text(rest, comment);
    if (!is_plain_name(member.name))
      refuse(" has a member whose name is a path or is not plain ASCII; it is not an array archive");
    std::uint64_t compressed = header.compressed;
    if (disk != 0 || !read_zip64(extra, {&member.size, &compressed, &member.offset})) damaged_directory();
    if (header.method != 0 || compressed != member.size)
      refuse(": member " + member.name + " is compressed; save it with numpy.savez, not savez_compressed");
    if ((header.flags & kEncrypted) != 0) refuse(": member " + member.name + " is encrypted");
    if (member.size > file_bytes_ || (total += member.size) > file_bytes_)
      refuse(": member " + member.name + " claims " + std::to_string(member.size) +
             " bytes, more than there is room for in a file of " + std::to_string(file_bytes_) +
             " bytes: it is truncated or damaged; " + kAdvice);
    for (const ZipMember& other : members_)
      if (other.name == member.name) refuse(" has two members called " + member.name);
    members_.push_back(std::move(member));
  }
  if (!rest.empty()) damaged_directory();
}

ZipMemberStream::ZipMemberStream(ZipReader& archive, const std::string& name)
    : archive_(archive), member_(archive.member(name)), left_(member_.size) {
  const auto disagrees = [&] {
    throw InputError(archive.name() + ": the header of member " + name + ", at byte " +
                     std::to_string(member_.offset) +
                     ", disagrees with the directory at the end of the file: it is damaged; " + kAdvice);
  };
  const std::string local = archive.record(member_.offset, kLocalBytes);
  if (!local.starts_with(kLocal)) disagrees();
  std::string_view rest = std::string_view(local).substr(kLocal.size());
  const Header header = take_header(rest);
  const std::string texts =
      archive.record(member_.offset + kLocalBytes, std::uint64_t{header.name_bytes} + header.extra_bytes);
  std::uint64_t size = header.size, compressed = header.compressed;
  if (texts.substr(0, header.name_bytes) != name || header.method != 0 ||
      !read_zip64(std::string_view(texts).substr(name.size()), {&size, &compressed}))
    disagrees();
  const bool here = (header.flags & kSizesBehind) == 0;
  if (here && (size != member_.size || compressed != member_.size || header.crc != member_.crc)) disagrees();
  start_ = member_.offset + kLocalBytes + texts.size();
  if (start_ > archive.directory_ || member_.size > archive.directory_ - start_)
    damaged("reaches beyond the end of the file");
}

void ZipMemberStream::read(void* into, std::uint64_t bytes) {
  if (bytes > left_) damaged("ends too early");
  if (!archive_.read(start_ + (member_.size - left_), bytes, into)) damaged("cannot be read to its end");
  crc_ = crc_of(crc_, into, bytes);
  left_ -= bytes;
}

void ZipMemberStream::finish() {
  if (left_ != 0) damaged("is longer than it should be");
  if (crc_ != member_.crc) damaged("does not agree with its checksum");
}

void ZipMemberStream::damaged(const std::string& how) const {
  throw InputError(place() + ", bytes " + std::to_string(start_) + " to " +
                   std::to_string(start_ + member_.size) + " of the file, " + how +
                   ": the file is damaged; " + kAdvice);
}

}  // namespace gronwall
