// What is on a disk, and what would be on it if the power failed.
//
// A file has content, which programs read, and content that was synced. A
// folder has names, and names that were synced. A loss of power keeps what was
// synced; of the rest it keeps what it likes.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/base/random.h"

namespace pulsetaker::testing {

// One change to a disk, or a remark of a test between two changes.
struct DiskOperation {
  enum class Kind : std::uint8_t {
    kMakeFolder,  // `path`, whose folder is there.
    kMakeFile,    // `path`, an empty file that gets the number `file`.
    kWrite,       // `bytes` to `file`, from `position` on.
    kTruncate,    // `file`, to `position` bytes.
    kSyncFile,    // `file`: its content, and not its name.
    kRename,      // `path` to `target`, in the same folder.
    kLink,        // `target` is one more name of `path`, in the same folder.
    kDelete,      // The name `path` of a file, or an empty folder.
    kSyncFolder,  // `path`: the names in it, and not its own.
    kRemark,      // `path` says what happened, `position` which one.
  };

  Kind kind = Kind::kRemark;
  std::string path = {};
  std::string target = {};
  int file = 0;
  std::uint64_t position = 0;
  std::string bytes = {};
};

// Paths are absolute, with single slashes and none at the end. "" is the root,
// which is always there. For one thread at a time.
class DiskState {
 public:
  static constexpr int kFolder = 0;  // The number of everything that is none.
  static constexpr std::size_t kSectorBytes = 512;

  // What has this path: the number of a file, kFolder, or -1 for nothing.
  int Find(const std::string& path) const;

  // The content of a file that was made, also if its name is gone.
  const std::string& content(int file) const { return files_.at(file).content; }

  // Everything with a name, in the order of the paths.
  const std::map<std::string, int>& names() const { return names_; }

  // The number of the next file that is made.
  int next_file() const { return next_file_; }

  // Carries out an operation that is possible.
  void Apply(const DiskOperation& operation);

  // The disk after a loss of power, on which everything is synced. What was
  // not is kept, dropped, torn at any byte, or kept in parts and out of order,
  // as `random` decides for each file. Of the changes of a folder's names, a
  // first part is kept.
  DiskState AfterPowerLoss(Random& random) const;

 private:
  struct Write {
    std::uint64_t position = 0;
    std::string bytes = {};
    bool truncates = false;  // To `position`.
  };

  struct File {
    std::string content;
    std::string synced;
    std::vector<Write> unsynced;  // Turns `synced` into `content`.
  };

  // A change of names that its folder was not synced since.
  struct Renaming {
    std::string folder;
    std::string gone;   // "" if no name goes away.
    std::string added;  // "" if no name comes.
    int file = kFolder;
  };

  static void Carry(const Write& write, std::string& content);
  static void Carry(const Renaming& renaming,
                    std::map<std::string, int>& names);
  static std::string ContentAfterLoss(const File& file, Random& random);
  static std::string ContentInParts(const File& file, bool by_sectors,
                                    Random& random);
  std::map<std::string, int> NamesAfterLoss(Random& random) const;
  void Change(const Renaming& renaming);
  void AddWrite(int file, Write write);
  void SyncFolder(const std::string& folder);

  std::map<int, File> files_;
  std::map<std::string, int> names_;
  std::map<std::string, int> synced_names_;
  std::vector<Renaming> unsynced_names_;
  int next_file_ = 1;
};

// The folder that a path lies in; "" for one in the root.
std::string FolderOf(const std::string& path);

}  // namespace pulsetaker::testing
