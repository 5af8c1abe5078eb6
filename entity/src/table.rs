//! What every entity has beside its columns.

/// The part of an entity that says nothing: joins are written out where they are needed.
macro_rules! no_relations {
    () => {
        /// None: joins are written out where they are needed.
        #[derive(Copy, Clone, Debug, sea_orm::EnumIter, sea_orm::DeriveRelation)]
        pub enum Relation {}
        impl sea_orm::ActiveModelBehavior for ActiveModel {}
    };
}
pub(crate) use no_relations;
