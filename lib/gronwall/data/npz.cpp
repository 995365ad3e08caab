#include "gronwall/data/npz.hpp"

#include <minizip/unzip.h>
#include <minizip/zip.h>

#include <algorithm>
#include <array>
#include <exception>
#include <fstream>
#include <limits>
#include <new>
#include <utility>

#include "gronwall/data/atomic_file.hpp"
#include "gronwall/data/npy.hpp"
#include "gronwall/data/npy_writer.hpp"
#include "gronwall/data/row_blocks.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

constexpr std::size_t kLongestName = 200;

/// Names that could mean another place when an archive is unpacked are refused.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name.front() != '.' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '/' && c != '\\' && c != ':'; });
}

/// minizip's view of an AtomicFile. Exceptions must not cross its C code: the first one is kept.
class ZipSink {
 public:
  explicit ZipSink(const std::filesystem::path& path) : file_(path) {}

  zlib_filefunc64_def functions() {
    zlib_filefunc64_def result{};
    result.zopen64_file = [](voidpf sink, const void*, int) { return sink; };
    result.zread_file = [](voidpf, voidpf, void*, uLong) { return uLong{0}; };
    result.zwrite_file = [](voidpf, voidpf sink, const void* bytes, uLong size) {
      const bool done = self(sink).guarded([&](AtomicFile& file) {
        file.write({static_cast<const std::uint8_t*>(bytes), size});
      });
      return done ? size : uLong{0};
    };
    result.ztell64_file = [](voidpf, voidpf sink) { return ZPOS64_T{self(sink).file_.position()}; };
    result.zseek64_file = [](voidpf, voidpf sink, ZPOS64_T offset, int origin) {
      const bool done = self(sink).guarded([&](AtomicFile& file) {
        const std::uint64_t base = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                                   : origin == ZLIB_FILEFUNC_SEEK_CUR ? file.position()
                                                                      : file.size();
        file.seek(base + offset);
      });
      return done ? 0L : -1L;
    };
    result.zclose_file = [](voidpf, voidpf) { return 0; };
    result.zerror_file = [](voidpf, voidpf sink) { return self(sink).error_ ? 1 : 0; };
    result.opaque = this;
    return result;
  }

  /// \throws what went wrong in the file, else an Error when `code` is one of minizip.
  void check(int code) const {
    if (error_) std::rethrow_exception(error_);
    if (code != ZIP_OK) throw FileError("cannot write an archive: error " + std::to_string(code));
  }
  void commit() { file_.commit(); }

 private:
  static ZipSink& self(voidpf sink) { return *static_cast<ZipSink*>(sink); }

  template <typename Action>
  bool guarded(Action action) {
    if (error_) return false;
    try {
      action(file_);
      return true;
    } catch (...) {
      error_ = std::current_exception();
      return false;
    }
  }

  AtomicFile file_;
  std::exception_ptr error_;
};

}  // namespace

class NpzWriter::Archive {
 public:
  explicit Archive(const std::filesystem::path& path) : sink_(path) {
    zlib_filefunc64_def functions = sink_.functions();
    zip_ = zipOpen2_64(path.c_str(), APPEND_STATUS_CREATE, nullptr, &functions);
    if (zip_ == nullptr) throw std::bad_alloc();
  }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  ~Archive() {
    if (zip_ != nullptr) zipClose(zip_, nullptr);
  }

  void open(const std::string& member, std::uint64_t bytes) {
    if (!is_plain_name(member))
      throw InputError("'" + member + "' cannot be the name of an archive's member");
    zip_fileinfo info{};
    info.dosDate = 1U << 21 | 1U << 16;  // 1 January 1980: equal contents, equal files
    const bool large = bytes >= std::numeric_limits<std::uint32_t>::max();
    sink_.check(zipOpenNewFileInZip64(zip_, member.c_str(), &info, nullptr, 0, nullptr, 0, nullptr,
                                      /*method: stored*/ 0, /*level*/ 0, large ? 1 : 0));
  }
  void write(ByteView bytes) {
    constexpr std::size_t kMost = 1 << 24;
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(kMost, bytes.size())))
      sink_.check(
          zipWriteInFileInZip(zip_, bytes.data(), static_cast<unsigned>(std::min(kMost, bytes.size()))));
  }
  void close() { sink_.check(zipCloseFileInZip(zip_)); }
  void commit() {
    sink_.check(zipClose(std::exchange(zip_, nullptr), nullptr));
    sink_.commit();
  }

 private:
  ZipSink sink_;
  zipFile zip_ = nullptr;
};

NpzWriter::NpzWriter(const std::filesystem::path& path) : archive_(std::make_unique<Archive>(path)) {}
NpzWriter::~NpzWriter() = default;

void NpzWriter::add_text(const std::string& member, std::string_view text) {
  archive_->open(member, text.size());
  archive_->write(byte_view(text));
  archive_->close();
}

void NpzWriter::add_matrix(const std::string& name, const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  const std::string header = npy_header("<f8", std::array{static_cast<std::uint64_t>(matrix.rows()),
                                                          static_cast<std::uint64_t>(matrix.cols())});
  archive_->open(name + ".npy",
                 header.size() + static_cast<std::uint64_t>(matrix.size()) * std::uint64_t{sizeof(double)});
  archive_->write(byte_view(header));
  for_each_row_block(matrix, [&](ByteView bytes) { archive_->write(bytes); });
  archive_->close();
}

void NpzWriter::commit() {
  archive_->commit();
}

namespace {

/// An open archive and its members.
class ArchiveIndex {
 public:
  struct Member {
    std::string name;
    std::uint64_t size;
    unz64_file_pos place;
  };

  explicit ArchiveIndex(const std::filesystem::path& path) : name_(path.string()) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) throw FileError("cannot open " + name_ + ": no such file");
    if (!std::filesystem::is_regular_file(path, error)) throw FileError(name_ + " is not a regular file");
    file_bytes_ = std::filesystem::file_size(path, error);
    unz_ = error || !has_end_record(path) ? nullptr : unzOpen64(path.c_str());
    if (unz_ == nullptr)
      throw InputError(name_ + " (" + std::to_string(file_bytes_) +
                       " bytes) is not a zip archive, or its end is missing or damaged (or it may not be "
                       "read); " +
                       kAdvice);
    try {
      list_members();
    } catch (...) {
      unzClose(unz_);
      throw;
    }
  }
  ArchiveIndex(const ArchiveIndex&) = delete;
  ArchiveIndex& operator=(const ArchiveIndex&) = delete;
  ~ArchiveIndex() { unzClose(unz_); }

  const std::vector<Member>& members() const { return members_; }
  const std::string& name() const { return name_; }

  const Member& member(const std::string& name) const {
    const auto found =
        std::find_if(members_.begin(), members_.end(), [&](const Member& m) { return m.name == name; });
    if (found == members_.end())
      throw InputError(name_ + " has no member " + name + "; is it the file you meant?");
    return *found;
  }

  unzFile unz() const { return unz_; }
  std::uint64_t file_bytes() const { return file_bytes_; }

  static constexpr const char* kAdvice = "copy it again from where it came from, or use an older one";

 private:
  /// Whether the last bytes are the record that ends every archive without a comment. minizip takes a record
  /// that is cut short for one with zeros.
  static bool has_end_record(const std::filesystem::path& path) {
    constexpr std::streamoff kRecord = 22;
    std::ifstream file(path, std::ios::binary);
    std::array<char, 4> signature{};
    return file.seekg(-kRecord, std::ios::end) && file.read(signature.data(), signature.size()) &&
           signature == std::array{'P', 'K', '\5', '\6'};
  }

  [[noreturn]] void refuse(const std::string& why) const { throw InputError(name_ + why); }

  void list_members() {
    std::uint64_t total = 0;
    int code = unzGoToFirstFile(unz_);
    for (; code == UNZ_OK; code = unzGoToNextFile(unz_)) {
      unz_file_info64 info{};
      std::array<char, kLongestName + 2> text{};
      Member member{};
      if (unzGetCurrentFileInfo64(unz_, &info, text.data(), text.size() - 1, nullptr, 0, nullptr, 0) !=
              UNZ_OK ||
          unzGetFilePos64(unz_, &member.place) != UNZ_OK)
        break;
      member.name = text.data();
      member.size = info.uncompressed_size;
      if (info.size_filename != member.name.size() || !is_plain_name(member.name))
        refuse(" has a member whose name is a path or is not plain ASCII; it is not an array archive");
      if (info.compression_method != 0 || info.compressed_size != info.uncompressed_size)
        refuse(": member " + member.name + " is compressed; save it with numpy.savez, not savez_compressed");
      if ((info.flag & 1) != 0) refuse(": member " + member.name + " is encrypted");
      if (member.size > file_bytes_ || (total += member.size) > file_bytes_)
        refuse(": member " + member.name + " claims " + std::to_string(member.size) +
               " bytes, more than there is room for in a file of " + std::to_string(file_bytes_) +
               " bytes: it is truncated or damaged; " + kAdvice);
      for (const Member& other : members_)
        if (other.name == member.name) refuse(" has two members called " + member.name);
      constexpr std::size_t kMostMembers = 1000;
      if (members_.size() == kMostMembers) refuse(" has too many members; it is not an array archive");
      members_.push_back(std::move(member));
    }
    if (code != UNZ_END_OF_LIST_OF_FILE)
      refuse(": the directory at its end (" + std::to_string(file_bytes_) + " bytes) is damaged; " + kAdvice);
  }

  std::string name_;
  std::uint64_t file_bytes_ = 0;
  unzFile unz_ = nullptr;
  std::vector<Member> members_;
};

/// One member while it is read.
class MemberStream {
 public:
  MemberStream(const ArchiveIndex& archive, const std::string& name)
      : archive_(archive), member_(archive.member(name)), left_(member_.size) {
    unz64_file_pos place = member_.place;
    if (unzGoToFilePos64(archive.unz(), &place) != UNZ_OK || unzOpenCurrentFile(archive.unz()) != UNZ_OK)
      throw InputError(archive.name() + ": the header of member " + name +
                       " disagrees with the directory at the end of the file: it is damaged; " +
                       ArchiveIndex::kAdvice);
    start_ = unzGetCurrentFileZStreamPos64(archive.unz());
    if (start_ > archive.file_bytes() || member_.size > archive.file_bytes() - start_)
      damaged("reaches beyond the end of the file");
  }
  MemberStream(const MemberStream&) = delete;
  MemberStream& operator=(const MemberStream&) = delete;
  ~MemberStream() { unzCloseCurrentFile(archive_.unz()); }

  std::uint64_t left() const { return left_; }

  void read(void* into, std::uint64_t bytes) {
    if (bytes > left_) damaged("ends too early");
    auto* at = static_cast<std::uint8_t*>(into);
    while (bytes > 0) {
      constexpr std::uint64_t kMost = 1 << 24;
      const int got = unzReadCurrentFile(archive_.unz(), at, static_cast<unsigned>(std::min(kMost, bytes)));
      if (got <= 0) damaged("cannot be read to its end");
      at += got;
      left_ -= static_cast<std::uint64_t>(got);
      bytes -= static_cast<std::uint64_t>(got);
    }
  }

  /// After the last byte. \throws InputError when the checksum does not agree.
  void finish() {
    if (left_ != 0) damaged("is longer than it should be");
    if (unzCloseCurrentFile(archive_.unz()) != UNZ_OK) damaged("does not agree with its checksum");
  }

  [[noreturn]] void damaged(const std::string& how) const {
    throw InputError(archive_.name() + ": member " + member_.name + ", bytes " + std::to_string(start_) +
                     " to " + std::to_string(start_ + member_.size) + " of the file, " + how +
                     ": the file is damaged; " + ArchiveIndex::kAdvice);
  }
  std::string place() const { return archive_.name() + ", member " + member_.name; }

 private:
  const ArchiveIndex& archive_;
  const ArchiveIndex::Member& member_;
  std::uint64_t left_;
  std::uint64_t start_ = 0;
};

/// The NPY header, read with no more trust than needed.
ArrayLayout read_header(MemberStream& stream) {
  constexpr std::size_t kPrefix = 12;  // magic, version, length of the text (2 or 4 bytes)
  std::array<std::uint8_t, kPrefix> header{};
  if (stream.left() < kPrefix) stream.damaged("is too short for an array");
  stream.read(header.data(), kPrefix);
  const bool wide = header[6] > 1;
  std::uint64_t length = header[8] | std::uint64_t{header[9]} << 8;
  if (wide) length |= std::uint64_t{header[10]} << 16 | std::uint64_t{header[11]} << 24;
  const std::uint64_t total = (wide ? 12 : 10) + length;
  constexpr std::uint64_t kLongest = 1 << 16;
  if (total > kLongest + kPrefix || total < kPrefix || total - kPrefix > stream.left())
    stream.damaged("has no proper array header");
  Bytes whole(total);
  std::copy(header.begin(), header.end(), whole.begin());
  stream.read(whole.data() + kPrefix, total - kPrefix);
  return parse_npy_header(whole, stream.place());
}

}  // namespace

class NpzReader::Archive : public ArchiveIndex {
  using ArchiveIndex::ArchiveIndex;
};

NpzReader::NpzReader(const std::filesystem::path& path) : archive_(std::make_unique<Archive>(path)) {}
NpzReader::~NpzReader() = default;

std::vector<std::string> NpzReader::members() const {
  std::vector<std::string> names;
  for (const ArchiveIndex::Member& member : archive_->members()) names.push_back(member.name);
  return names;
}

std::string NpzReader::text(const std::string& member, std::uint64_t max_bytes) const {
  MemberStream stream(*archive_, member);
  if (stream.left() > max_bytes)
    throw InputError(stream.place() + " has " + std::to_string(stream.left()) + " bytes, more than " +
                     std::to_string(max_bytes));
  std::string text(stream.left(), '\0');
  stream.read(text.data(), text.size());
  stream.finish();
  return text;
}

void NpzReader::read_matrix(const std::string& name, Eigen::Ref<Eigen::MatrixXd> into) const {
  MemberStream stream(*archive_, name + ".npy");
  const ArrayLayout layout = read_header(stream);
  const auto rows = static_cast<std::uint64_t>(into.rows()),
             columns = static_cast<std::uint64_t>(into.cols());
  if (layout.type != ElementType{NumberKind::kFloat, sizeof(double)} || layout.big_endian)
    throw InputError(stream.place() + " has elements of type " + to_string(layout.type) +
                     ", not float64 (<f8)");
  if (layout.shape != std::vector<std::uint64_t>{rows, columns}) {
    std::string shape;
    for (const std::uint64_t extent : layout.shape)
      shape += (shape.empty() ? "" : ", ") + std::to_string(extent);
    throw InputError(stream.place() + " has the shape (" + shape + "), not (" + std::to_string(rows) + ", " +
                     std::to_string(columns) + ")");
  }
  if (stream.left() != rows * columns * sizeof(double)) stream.damaged("is not as long as its shape says");

  if (layout.fortran_order) {
    for (Eigen::Index j = 0; j < into.cols(); ++j) stream.read(into.col(j).data(), rows * sizeof(double));
  } else {
    const Eigen::Index step = rows_per_block(into.cols());
    RowMajorMatrix block;
    for (Eigen::Index first = 0; first < into.rows(); first += step) {
      block.resize(std::min(step, into.rows() - first), into.cols());
      stream.read(block.data(), static_cast<std::uint64_t>(block.size()) * sizeof(double));
      into.middleRows(first, block.rows()) = block;
    }
  }
  stream.finish();
}

}  // namespace gronwall
