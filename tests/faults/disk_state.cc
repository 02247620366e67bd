#include "tests/faults/disk_state.h"

#include <algorithm>
#include <utility>

namespace pulsetaker::testing {
namespace {

bool Chance(Random& random, std::uint64_t one_in) {
  return random.Uniform(one_in) == 0;
}

}  // namespace

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

int DiskState::Find(const std::string& path) const {
  if (path.empty()) return kFolder;
  const auto found = names_.find(path);
  return found == names_.end() ? -1 : found->second;
}

void DiskState::Apply(const DiskOperation& operation) {
  using Kind = DiskOperation::Kind;
  const std::string& path = operation.path;
  const std::string& target = operation.target;
  switch (operation.kind) {
    case Kind::kMakeFolder:
      return Change({FolderOf(path), "", path, kFolder});
    case Kind::kMakeFile:
      files_[operation.file];
      next_file_ = operation.file + 1;
      return Change({FolderOf(path), "", path, operation.file});
    case Kind::kWrite:
      return AddWrite(operation.file, {operation.position, operation.bytes});
    case Kind::kTruncate:
      return AddWrite(operation.file, {operation.position, "", true});
    case Kind::kSyncFile: {
      File& file = files_.at(operation.file);
      for (const Write& write : file.unsynced) Carry(write, file.synced);
      file.unsynced.clear();
      return;
    }
    case Kind::kRename:
      return Change({FolderOf(target), path, target, names_.at(path)});
    case Kind::kLink:
      return Change({FolderOf(target), "", target, names_.at(path)});
    case Kind::kDelete:
      return Change({FolderOf(path), path, "", kFolder});
    case Kind::kSyncFolder:
      return SyncFolder(path);
    case Kind::kRemark:
      return;
  }
}

void DiskState::Change(const Renaming& renaming) {
  Carry(renaming, names_);
  unsynced_names_.push_back(renaming);
}

void DiskState::AddWrite(int file, Write write) {
  File& written = files_.at(file);
  Carry(write, written.content);
  written.unsynced.push_back(std::move(write));
}

void DiskState::SyncFolder(const std::string& folder) {
  std::erase_if(unsynced_names_, [&](const Renaming& renaming) {
    if (renaming.folder != folder) return false;
    Carry(renaming, synced_names_);
    return true;
  });
}

void DiskState::Carry(const Write& write, std::string& content) {
  if (write.truncates) {
    content.resize(write.position, '\0');
    return;
  }
  const std::size_t end = write.position + write.bytes.size();
  if (content.size() < end) content.resize(end, '\0');
  std::copy(write.bytes.begin(), write.bytes.end(),
            content.begin() + static_cast<std::ptrdiff_t>(write.position));
}

void DiskState::Carry(const Renaming& renaming,
                      std::map<std::string, int>& names) {
  if (!renaming.gone.empty()) names.erase(renaming.gone);
  if (!renaming.added.empty()) names[renaming.added] = renaming.file;
}

DiskState DiskState::AfterPowerLoss(Random& random) const {
  DiskState after;
  after.next_file_ = next_file_;
  after.names_ = NamesAfterLoss(random);
  after.synced_names_ = after.names_;
  for (const auto& [path, number] : after.names_) {
    if (number == kFolder || after.files_.contains(number)) continue;
    const File& file = files_.at(number);
    File& left = after.files_[number];
    left.synced =
        file.unsynced.empty() ? file.content : ContentAfterLoss(file, random);
    left.content = left.synced;
  }
  return after;
}

std::map<std::string, int> DiskState::NamesAfterLoss(Random& random) const {
  std::map<std::string, int> names = synced_names_;
  // The changes of a folder reach the disk in their order: no file system that
  // RocksDB can be used on does otherwise. How far each folder came is open.
  std::map<std::string, std::vector<const Renaming*>> changes;
  for (const Renaming& renaming : unsynced_names_) {
    changes[renaming.folder].push_back(&renaming);
  }
  for (const auto& [folder, renamings] : changes) {
    const std::size_t kept = random.Uniform(renamings.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) Carry(*renamings[i], names);
  }
  // What is in a folder that is not there is not there either. A folder comes
  // before what is in it.
  for (auto it = names.begin(); it != names.end();) {
    const std::string folder = FolderOf(it->first);
    const bool reachable = folder.empty() || names.contains(folder);
    it = reachable ? std::next(it) : names.erase(it);
  }
  return names;
}

std::string DiskState::ContentAfterLoss(const File& file, Random& random) {
  switch (random.Uniform(5)) {
    case 0:
      return file.synced;
    case 1:
      return file.content;
    case 2: {
      // A first part of the writes, the last of them torn at any byte.
      std::string left = file.synced;
      const std::size_t whole = random.Uniform(file.unsynced.size());
      for (std::size_t i = 0; i < whole; ++i) Carry(file.unsynced[i], left);
      Write torn = file.unsynced[whole];
      if (!torn.truncates) {
        torn.bytes.resize(random.Uniform(torn.bytes.size() + 1));
        if (!torn.bytes.empty()) Carry(torn, left);
      }
      return left;
    }
    case 3:
      return ContentInParts(file, /*by_sectors=*/true, random);
    default:
      return ContentInParts(file, /*by_sectors=*/false, random);
  }
}

std::string DiskState::ContentInParts(const File& file, bool by_sectors,
                                      Random& random) {
  std::string left = file.synced;
  const std::uint64_t rare = 2 + random.Uniform(4);
  const bool mostly_kept = Chance(random, 2);
  for (const Write& write : file.unsynced) {
    const std::size_t size = write.bytes.size();
    for (std::size_t begin = 0, end = 0; begin == 0 || begin < size;
         begin = end) {
      // Sectors are those of the file, wherever the write begins.
      const std::size_t to_sector_end =
          kSectorBytes - (write.position + begin) % kSectorBytes;
      end = by_sectors ? std::min(size, begin + to_sector_end) : size;
      if (Chance(random, rare) != mostly_kept) {
        Carry({write.position + begin, write.bytes.substr(begin, end - begin),
               write.truncates},
              left);
      }
      if (end == begin) break;  // It truncates, or writes nothing.
    }
  }
  // A file system may write down the size before the content: zeros follow.
  if (left.size() < file.content.size() && Chance(random, 2)) {
    left.resize(file.content.size(), '\0');
  }
  return left;
}

}  // namespace pulsetaker::testing
