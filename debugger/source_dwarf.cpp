// Line numbers of ELF files, by elfutils' libdw.
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "debugger/source_lines.h"

namespace debugger {
namespace {

struct EndDwarf {
  void operator()(Dwarf* dwarf) const { dwarf_end(dwarf); }
};

class File {
 public:
  explicit File(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int descriptor() const { return fd_; }

 private:
  int fd_;
};

/// Where the file's code lies. What a linker has dropped keeps its lines, at addresses of nothing.
std::vector<std::pair<std::uint64_t, std::uint64_t>> code_of(Elf* elf) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section));) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) && (header.sh_flags & SHF_EXECINSTR) && header.sh_size > 0)
      spans.emplace_back(header.sh_addr, header.sh_addr + header.sh_size);
  }
  return spans;
}

class Reader {
 public:
  Reader(Dwarf* dwarf, const std::string& path)
      : dwarf_(dwarf), code_(code_of(dwarf_getelf(dwarf))), folder_(std::filesystem::absolute(path).parent_path()) {}

  SourceLines::Table read() {
    Dwarf_Off at = 0, next = 0;
    Dwarf_CU* unit = nullptr;
    Dwarf_Files* files = nullptr;
    Dwarf_Lines* lines = nullptr;
    std::size_t file_count = 0, line_count = 0;
    while (dwarf_next_lines(dwarf_, at, &next, &unit, &files, &file_count, &lines, &line_count) == 0) {
      for (std::size_t i = 0; i < line_count; ++i) take(dwarf_onesrcline(lines, i));
      if (next <= at) break;
      at = next;
    }
    for (const auto& [name, index] : index_) table_.files[index] = found(name);
    return std::move(table_);
  }

 private:
  void take(Dwarf_Line* line) {
    Dwarf_Addr address = 0;
    int number = 0;
    bool end = false;
    if (!line || dwarf_lineaddr(line, &address) != 0 || dwarf_lineno(line, &number) != 0 ||
        dwarf_lineendsequence(line, &end) != 0)
      return;
    const bool is_code = std::any_of(code_.begin(), code_.end(), [&](const auto& span) {
      return address >= span.first && (address < span.second || (end && address == span.second));
    });
    const char* path = dwarf_linesrc(line, nullptr, nullptr);
    if (!is_code || number < 0 || !path) return;
    table_.rows.push_back({address, file(path), static_cast<std::uint32_t>(number), end});
  }

  std::uint32_t file(std::string_view path) {
    const auto known = index_.find(path);
    if (known != index_.end()) return known->second;
    table_.files.emplace_back();
    return index_.emplace(std::string(path), static_cast<std::uint32_t>(table_.files.size() - 1)).first->second;
  }

  /// A name that is relative to where the file was built: the tree may lie elsewhere now, but around this file.
  std::string found(const std::string& name) const {
    std::filesystem::path path = std::filesystem::path(name).lexically_normal();
    if (path.is_absolute()) return path;
    std::filesystem::path inner;
    for (const auto& part : path) {
      if (part != "..") inner /= part;
    }
    std::error_code error;
    for (std::filesystem::path above = folder_;; above = above.parent_path()) {
      if (std::filesystem::is_regular_file(above / inner, error)) return above / inner;
      if (above == above.parent_path()) return name;
    }
  }

  Dwarf* dwarf_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> code_;
  std::filesystem::path folder_;
  std::map<std::string, std::uint32_t, std::less<>> index_;
  SourceLines::Table table_;
};

}  // namespace

SourceLines::Table read_dwarf_lines(const std::string& path) {
  const File file(path);
  if (file.descriptor() < 0) return {};
  const std::unique_ptr<Dwarf, EndDwarf> dwarf(dwarf_begin(file.descriptor(), DWARF_C_READ));
  return dwarf ? Reader(dwarf.get(), path).read() : SourceLines::Table{};
}

}  // namespace debugger
